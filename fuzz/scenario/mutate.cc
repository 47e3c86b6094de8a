#include "fuzz/scenario/mutate.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/calls.h"
#include "fuzz/scenario/fit.h"
#include "fuzz/scenario/mutate_schedule.h"
#include "fuzz/scenario/random_operation.h"
#include "fuzz/scenario/scenario.h"
#include "fuzz/scheduler/random.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr unsigned kTries = 8;  // to find a change that changes something

template <class List>
auto at(List& list, std::size_t index) {
  return list.begin() + static_cast<std::ptrdiff_t>(index);
}

// One small change at a time. A change that finds nothing to work on does nothing.
class Mutator {
 public:
  Mutator(Scenario& scenario, Random& random) : scenario_(scenario), random_(random) {}

  void change() {
    constexpr unsigned kRare = 1;
    constexpr unsigned kUsual = 4;
    struct Choice {
      void (Mutator::*apply)();
      unsigned weight;
    };
    static constexpr std::array<Choice, 12> kChoices = {{
        {&Mutator::insert_operation, 2 * kUsual},
        {&Mutator::delete_operation, kUsual},
        {&Mutator::duplicate_operation, kUsual},
        {&Mutator::swap_operations, kUsual},
        {&Mutator::replace_operation, kUsual},
        {&Mutator::move_operation, kUsual},
        {&Mutator::change_field, 3 * kUsual},
        {&Mutator::copy_address, 2 * kUsual},
        {&Mutator::change_schedule, 11 * kUsual},
        {&Mutator::change_setup, 2 * kRare},
        {&Mutator::change_tasks, kRare},
        {&Mutator::change_file, kRare},
    }};
    (this->*weighted_choice(random_, kChoices).apply)();
  }

 private:
  unsigned tasks() const { return scenario_.layout.tasks; }
  OperationList& any_list() { return scenario_.tasks[random_.below(tasks())]; }

  // A task that has operations; its list may be empty all the same when no task has any.
  OperationList& busy_list() {
    unsigned task = random_.below(tasks());
    for (unsigned i = 0; i < tasks() && scenario_.tasks[task].empty(); ++i) {
      task = task + 1 == tasks() ? 0 : task + 1;
    }
    return scenario_.tasks[task];
  }

  impl::Operation* any_operation() {
    OperationList& list = busy_list();
    return list.empty() ? nullptr : &list[random_.below(list.size())];
  }

  void insert(OperationList& list, const impl::Operation& operation) {
    if (list.size() == kMaxOperations) return;
    list.insert(at(list, random_.below(list.size() + 1)), operation);
  }

  void insert_operation() { insert(any_list(), random_operation(random_, scenario_)); }

  void delete_operation() {
    OperationList& list = busy_list();
    if (!list.empty()) list.erase(at(list, random_.below(list.size())));
  }

  void duplicate_operation() {
    const impl::Operation* operation = random_existing(random_, scenario_);
    if (operation == nullptr) return;
    const impl::Operation copy = *operation;
    insert(any_list(), copy);
  }

  void swap_operations() {
    OperationList& list = busy_list();
    if (list.size() < 2) return;
    const std::size_t first = random_.below(list.size() - 1);
    std::swap(list[first], list[first + 1 + random_.below(list.size() - 1 - first)]);
  }

  void replace_operation() {
    if (impl::Operation* operation = any_operation()) {
      *operation = random_operation(random_, scenario_);
    }
  }

  void move_operation() {
    OperationList& from = busy_list();
    OperationList& to = any_list();
    if (from.empty() || to.size() == kMaxOperations) return;
    const std::size_t index = random_.below(from.size());
    const impl::Operation operation = from[index];
    from.erase(at(from, index));
    insert(to, operation);
  }

  void change_field() {
    if (impl::Operation* operation = any_operation()) change_field(*operation);
  }

  // Takes one field from another operation of the same kind.
  void change_field(impl::Operation& operation) {
    impl::Operation other = operation;
    random_fields(random_, scenario_, other);
    std::array<unsigned, 16> fields{};
    std::size_t count = 0;
    for (unsigned field = 1; field < kValueField; field <<= 1) {
      if (info(operation.call).reads(field)) fields[count++] = field;
    }
    if (count == 0) return;
    switch (fields[random_.below(count)]) {
      case kMirrorField:
      case kClassicField:
        operation.mirror = other.mirror;
        break;
      case kPageField:
        change_page(operation, other.page);
        break;
      case kCountField:
        operation.count = other.count;
        break;
      case kProtField:
      case kAccessField:
      case kCanFailField:
        operation.prot = other.prot;
        break;
      case kFileField:
        operation.file = other.file;
        break;
      case kIndexField:
        operation.index = other.index;
        break;
      case kSizeField:
        operation.size = other.size;
        break;
      case kCellField:
        operation.cell = other.cell;
        break;
      case kTargetField:
        operation.target = other.target;
        break;
      case kTargetCountField:
        operation.target_count = other.target_count;
        break;
      default:
        change_requests(operation, other);
        break;
    }
  }

  // Often to the next page up or down: the ends of ranges are where mistakes are.
  void change_page(impl::Operation& operation, std::uint8_t elsewhere) {
    constexpr unsigned kLast = model::kPagesPerMm - 1;
    const unsigned down = operation.page == 0 ? kLast : operation.page - 1U;
    const unsigned up = operation.page == kLast ? 0 : operation.page + 1U;
    const unsigned choice = random_.below(4);
    if (choice == 0) operation.page = static_cast<std::uint8_t>(down);
    if (choice == 1) operation.page = static_cast<std::uint8_t>(up);
    if (choice > 1) operation.page = elsewhere;
  }

  void change_requests(impl::Operation& operation, const impl::Operation& other) {
    if (random_.one_in(2)) {
      operation.flags = other.flags;
    } else {
      const unsigned page = random_.below(operation.count);
      operation.requests ^= static_cast<std::uint16_t>((1 + random_.below(3)) << (2 * page));
    }
  }

  // Makes an operation work on what another one works on, as far as their fields agree. A page and
  // the file page that is mapped there are the same place.
  void copy_address() {
    impl::Operation* to = any_operation();
    const impl::Operation* from = random_existing(random_, scenario_);
    if (to == nullptr || from == nullptr || to == from) return;
    const CallInfo& reads = info(to->call);
    const CallInfo& has = info(from->call);
    if (reads.reads(kPageField) && has.reads(kPageField)) to->page = from->page;
    if (reads.reads(kFileField) && has.reads(kFileField)) to->file = from->file;
    if (reads.reads(kIndexField) && has.reads(kIndexField)) to->index = from->index;
    if (reads.reads(kMirrorField) && has.reads(kMirrorField)) to->mirror = from->mirror;
    if (reads.reads(kCountField) && has.reads(kCountField) && random_.one_in(2)) {
      to->count = from->count;
    }
    if (reads.reads(kSizeField) && has.reads(kIndexField)) to->size = size_at(from->index);
    if (!reads.reads(kPageField) && !has.reads(kFileField)) to_file_page(*from, *to);
    if (!reads.reads(kFileField) && !has.reads(kPageField)) to_page(*from, *to);
  }

  static std::uint8_t size_at(unsigned index) {
    return static_cast<std::uint8_t>(index * model::kCellsPerPage);
  }

  // `to` works on a file, `from` on memory: the file page that is mapped where `from` works.
  void to_file_page(const impl::Operation& from, impl::Operation& to) {
    if (!info(to.call).reads(kFileField) || !info(from.call).reads(kPageField)) return;
    const impl::Operation* mapping = find_mapping([&](const impl::Operation& m) {
      return from.page >= m.page && from.page < m.page + m.count;
    });
    if (mapping == nullptr) return;
    const unsigned index = (0U + mapping->index + from.page - mapping->page) % model::kPagesPerFile;
    to.file = mapping->file;
    if (info(to.call).reads(kIndexField)) to.index = static_cast<std::uint8_t>(index);
    if (info(to.call).reads(kSizeField)) to.size = size_at(index);
  }

  // `to` works on memory, `from` on a file: a page where that file page is mapped.
  void to_page(const impl::Operation& from, impl::Operation& to) {
    if (!info(to.call).reads(kPageField) || !info(from.call).reads(kIndexField)) return;
    const impl::Operation* mapping = find_mapping([&](const impl::Operation& m) {
      return from.file == m.file && from.index >= m.index && from.index < m.index + m.count;
    });
    if (mapping == nullptr) return;
    const unsigned page = 0U + mapping->page + from.index - mapping->index;
    to.page = static_cast<std::uint8_t>(page % model::kPagesPerMm);
  }

  template <class Predicate>
  const impl::Operation* find_mapping(const Predicate& fits) const {
    for (const SetupOperation& step : scenario_.setup) {
      if (step.operation.call == impl::Call::kMmapFile && fits(step.operation)) {
        return &step.operation;
      }
    }
    for (const OperationList& list : scenario_.tasks) {
      for (const impl::Operation& operation : list) {
        if (operation.call == impl::Call::kMmapFile && fits(operation)) return &operation;
      }
    }
    return nullptr;
  }

  void change_schedule() { fuzz::change_schedule(random_, tasks(), scenario_.schedule); }

  void change_setup() {
    SetupList& setup = scenario_.setup;
    const unsigned choice = random_.below(4);
    if (choice == 0 && setup.size() < kMaxSetup) {
      setup.insert(at(setup, random_.below(setup.size() + 1)),
                   {.task = model::Task(random_.below(tasks())),
                    .operation = random_operation(random_, scenario_)});
    } else if (choice == 1 && !setup.empty()) {
      setup.erase(at(setup, random_.below(setup.size())));
    } else if (choice == 2 && !setup.empty()) {
      setup[random_.below(setup.size())].task = model::Task(random_.below(tasks()));
    } else if (choice == 3 && !setup.empty()) {
      change_field(setup[random_.below(setup.size())].operation);
    }
  }

  void change_tasks() {
    impl::Layout& layout = scenario_.layout;
    if (random_.one_in(2)) {
      model::Mm& mm = layout.mm_of_task[random_.below(tasks())];
      mm = model::Mm((static_cast<unsigned>(mm) + 1) % model::kMms);
    } else if (random_.one_in(2) && layout.tasks < model::kTasks) {
      ++layout.tasks;
    } else if (layout.tasks > 1) {
      --layout.tasks;
    }
  }

  void change_file() {
    impl::FileLayout& file = scenario_.layout.files[random_.below(model::kFiles)];
    switch (random_.below(6)) {
      case 0:
        file.dax = !file.dax;
        file.counted = false;
        break;
      case 3:
        file.huge = !file.huge;
        break;
      case 2:
        file.counted = file.dax && !file.counted;
        break;
      case 1:
        file.exists = !file.exists;
        break;
      default:
        file.size = static_cast<std::uint8_t>(random_.below(kMaxFileSize + 1U));
        break;
    }
  }

  Scenario& scenario_;
  Random& random_;
};

}  // namespace

std::size_t mutate(std::uint8_t* data, std::size_t size, std::size_t max, std::uint32_t seed) {
  if (max == 0) return 0;
  Scenario original;
  decode({data, size}, original);
  Random random(seed);
  const std::span<std::uint8_t> out(data, max);
  std::array<std::uint8_t, kMaxEncodedSize> before;
  const std::size_t before_size = encode(original, before);
  std::size_t result = 0;
  for (unsigned tries = 0; tries < kTries; ++tries) {
    Scenario scenario = original;
    Mutator mutator(scenario, random);
    // One change half of the time, two a quarter of the time ...
    do mutator.change();
    while (random.one_in(2));
    canonicalize(scenario);
    result = encode_within(scenario, out);
    if (result != before_size || std::memcmp(data, before.data(), result) != 0) break;
  }
  return result;
}

std::size_t cross_over(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second,
                       std::span<std::uint8_t> out, std::uint32_t seed) {
  Scenario child;
  Scenario other;
  decode(first, child);
  decode(second, other);
  Random random(seed);
  // Files and set-up go together: operations were drawn for them.
  if (random.one_in(4)) {
    child.layout.files = other.layout.files;
    child.setup = other.setup;
  }
  child.layout.tasks = std::max(child.layout.tasks, other.layout.tasks);
  for (std::size_t task = 0; task < child.layout.tasks; ++task) {
    OperationList& mine = child.tasks[task];
    const OperationList& theirs = other.tasks[task];
    const unsigned choice = random.below(3);
    if (choice == 0) {
      mine = theirs;
    } else if (choice == 1) {
      // The beginning of one list and the end of the other.
      const std::size_t kept = random.below(mine.size() + 1);
      const std::size_t from = random.below(theirs.size() + 1);
      mine.resize(kept);
      const std::size_t taken = std::min(theirs.size() - from, kMaxOperations - kept);
      mine.insert(mine.end(), at(theirs, from), at(theirs, from + taken));
    }
  }
  if (random.one_in(2)) {
    const std::size_t kept = random.below(child.schedule.size() + 1);
    const std::size_t from = std::min<std::size_t>(kept, other.schedule.size());
    child.schedule.resize(kept);
    child.schedule.insert(child.schedule.end(), at(other.schedule, from), other.schedule.end());
  }
  canonicalize(child);
  return encode_within(child, out);
}

}  // namespace mirrorcheck::fuzz
