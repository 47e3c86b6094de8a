#include "fuzz/scenario/bytes.h"

#include <algorithm>
#include <array>

#include "fuzz/scenario/calls.h"

namespace mirrorcheck::fuzz {
namespace {

// The head byte. Three tasks are the usual case, so that is what an absent head means.
constexpr unsigned kTaskBits = 7;
constexpr unsigned kUsualTasks = 3;
constexpr unsigned kOwnWorld = 1 << 3;   // the files follow, and the set-up is not the standard one
constexpr unsigned kMoreSetup = 1 << 4;  // set-up records follow
// The first byte of a record.
constexpr unsigned kCallBits = 31;
constexpr unsigned kTaskShift = 5;
constexpr std::uint8_t kEndOfSection = 31;  // every value above kFurtherCall ends a section
// The calls from here on: this value stands for all of them, and byte 4 tells which. Version 1 had
// none of them, and an end in its place.
constexpr unsigned kFurtherCall = 26;
constexpr unsigned kFurtherCalls = impl::kCalls - kFurtherCall;
// The first byte of a segment.
constexpr unsigned kLongSegment = 31;  // the number of points follows in two bytes
constexpr unsigned kPointsShift = 3;

// What each bit of a record means for a call: a field that the call does not read is masked away,
// so that reading a record takes no branches.
struct RecordMasks {
  std::uint8_t page = 0;
  std::uint8_t count = 0;
  std::uint8_t cell = 0;
  std::uint8_t mirror = 0;
  std::uint8_t file = 0;
  std::uint8_t index = 0;
  std::uint8_t size = 0;
  std::uint8_t target = 0;
  std::uint8_t target_count = 0;
  std::uint8_t flags = 0;
  std::uint16_t requests = 0;
  std::uint32_t value = 0;
  std::array<std::uint8_t, 4> prot{};
};

constexpr RecordMasks masks_of(const CallInfo& call) {
  RecordMasks masks;
  if (call.reads(kPageField)) masks.page = 15;
  if (call.reads(kCountField)) masks.count = 7;
  if (call.reads(kCellField)) masks.cell = 3;
  if (call.reads(kMirrorField)) masks.mirror = 3;
  if (call.reads(kClassicField)) masks.mirror = 1;
  if (call.reads(kFileField)) masks.file = 3;
  if (call.reads(kIndexField)) masks.index = 7;
  if (call.reads(kSizeField)) masks.size = 63;
  if (call.reads(kTargetField)) masks.target = 15;
  if (call.reads(kTargetCountField)) masks.target_count = 7;
  if (call.reads(kRequestsField)) masks.flags = 15;
  if (call.reads(kRequestsField)) masks.requests = 0xffff;
  if (call.reads(kValueField)) masks.value = 0xffffffff;
  if (call.reads(kProtField)) masks.prot = {0, 1, 2, 3};
  if (call.reads(kAccessField)) masks.prot = {0, 0, impl::kProtWrite, impl::kProtWrite};
  if (call.reads(kCanFailField)) masks.prot = {0, 3, 3, 3};
  return masks;
}

constexpr auto kMasks = [] {
  std::array<RecordMasks, impl::kCalls> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = masks_of(kCallTable[i]);
  return all;
}();

static_assert(model::kPagesPerMm == 16 && kMaxCount == 8 && model::kCellsPerPage == 4 &&
                  model::kMirrors == 4 && model::kClassicNotifiers == 2 &&
                  model::kPagesPerFile == 8 && model::kFiles == 3 && model::kMms == 2 &&
                  model::kTasks == 8 && kMaxFileSize == 32 && kFurtherCalls <= 256,
              "the byte form packs these into bits: another size needs another version of it");

// Values of 6 bits beyond the largest size stand for small ones.
constexpr std::uint8_t size_from(unsigned bits) {
  return static_cast<std::uint8_t>(bits <= kMaxFileSize ? bits : bits - kMaxFileSize - 1);
}

// A DAX file that is not there has no size, and a byte that gives it one stands for one whose
// blocks count the entries that map them: from 1 on its size, plus one, and then for one that is
// not there.
// The same of a file of the page cache stands for a huge one, which is larger than a page: from 1
// on its size, less a page, and then that of one that is counted, too.
constexpr unsigned kHugeSizes = kMaxFileSize - model::kCellsPerPage;

impl::FileLayout read_file(unsigned byte) {
  const bool dax = (byte & 1) != 0;
  const bool exists = (byte & 2) != 0;
  const unsigned size = byte >> 2;
  if (!dax && !exists && size != 0 && size <= 2 * kHugeSizes) {
    const bool counted = size > kHugeSizes;
    return {.dax = true,
            .counted = counted,
            .huge = true,
            .exists = true,
            .size = static_cast<std::uint8_t>(size + model::kCellsPerPage -
                                              (counted ? kHugeSizes : 0U))};
  }
  if (dax && !exists && size != 0) {
    const bool there = size <= kMaxFileSize + 1U;
    return {.dax = true,
            .counted = true,
            .exists = there,
            .size = static_cast<std::uint8_t>(there ? size - 1 : 0)};
  }
  return {.dax = dax, .exists = exists, .size = exists ? size_from(size) : std::uint8_t{0}};
}

std::uint8_t write_file(const impl::FileLayout& file) {
  if (file.huge) {
    return static_cast<std::uint8_t>(
        (file.size - model::kCellsPerPage + (file.counted ? kHugeSizes : 0U)) << 2);
  }
  const unsigned size = !file.counted ? file.size
                        : file.exists ? file.size + 1U
                                      : kMaxFileSize + 2U;
  return static_cast<std::uint8_t>((file.dax ? 1U : 0U) | (file.exists && !file.counted ? 2U : 0U) |
                                   size << 2);
}

impl::Operation read_record(const std::uint8_t* record, Place place) {
  unsigned call = record[0] & kCallBits;
  if (call == kFurtherCall) call += record[4];
  const RecordMasks& masks = kMasks[call];
  const unsigned count = 1 + ((record[1] >> 4) & masks.count);
  const unsigned file = (record[2] >> 6) & masks.file;
  return {
      .call = impl::Call(call),
      .page = static_cast<std::uint8_t>(record[1] & masks.page),
      .count = static_cast<std::uint8_t>(count),
      .prot = masks.prot[record[2] & 3],
      .file = model::File(file == model::kFiles ? 0 : file),
      .index = static_cast<std::uint8_t>(record[3] & masks.index),
      .cell = static_cast<std::uint8_t>((record[2] >> 2) & masks.cell),
      .size = size_from(record[3] & masks.size),
      .mirror = static_cast<std::uint8_t>((record[2] >> 4) & masks.mirror),
      .flags = static_cast<std::uint8_t>(record[2] & masks.flags),
      .requests = static_cast<std::uint16_t>((record[3] | record[4] << 8) & masks.requests &
                                             request_mask(count)),
      .target = static_cast<std::uint8_t>(record[3] & masks.target),
      .target_count = static_cast<std::uint8_t>(1 + ((record[3] >> 4) & masks.target_count)),
      .value = place & masks.value,
  };
}

void write_record(unsigned task, const impl::Operation& operation, std::uint8_t* record) {
  const bool fault = info(operation.call).reads(kRequestsField);
  const unsigned low = fault ? operation.flags : operation.prot | unsigned{operation.cell} << 2;
  const unsigned target = operation.target | (operation.target_count - 1U) << 4;
  const unsigned last =
      fault ? operation.requests : operation.index | unsigned{operation.size} | target;
  record[0] = static_cast<std::uint8_t>(static_cast<unsigned>(operation.call) | task << kTaskShift);
  record[1] = static_cast<std::uint8_t>(operation.page | (operation.count - 1U) << 4);
  record[2] = static_cast<std::uint8_t>(low | unsigned{operation.mirror} << 4 |
                                        static_cast<unsigned>(operation.file) << 6);
  record[3] = static_cast<std::uint8_t>(last & 255);
  record[4] = static_cast<std::uint8_t>(last >> 8);
  const unsigned call = static_cast<unsigned>(operation.call);
  if (call >= kFurtherCall) {
    record[0] = static_cast<std::uint8_t>(kFurtherCall | task << kTaskShift);
    record[4] = static_cast<std::uint8_t>(call - kFurtherCall);
  }
}

// Reads from the front of a byte string; beyond its end there are zeros.
class Reader {
 public:
  // `further`: how many of the further calls there are.
  Reader(std::span<const std::uint8_t> bytes, unsigned further)
      : next_(bytes.data()), end_(bytes.data() + bytes.size()), further_(further) {}

  std::size_t left() const { return static_cast<std::size_t>(end_ - next_); }
  unsigned byte() { return next_ == end_ ? 0U : *next_++; }

  // The next record, or null at the end of a section.
  const std::uint8_t* record() {
    if (left() == 0) return nullptr;
    const unsigned call = *next_ & kCallBits;
    if (call >= kFurtherCall && (call > kFurtherCall || further_call() >= further_)) {
      ++next_;
      return nullptr;
    }
    const std::uint8_t* const found = next_;
    if (left() >= kRecordSize) {
      next_ += kRecordSize;
      return found;
    }
    std::copy(next_, end_, partial_.begin());
    next_ = end_;
    return partial_.data();
  }

 private:
  unsigned further_call() const { return left() < kRecordSize ? 0 : next_[kRecordSize - 1]; }

  const std::uint8_t* next_;
  const std::uint8_t* end_;
  unsigned further_;
  std::array<std::uint8_t, kRecordSize> partial_{};
};

constexpr std::uint8_t kReadWrite = impl::kProtRead | impl::kProtWrite;
constexpr std::array<SetupOperation, kStandardSetup> kStandardOperations = {{
    {.operation = {.call = impl::Call::kMmapAnon, .page = 0, .count = 4, .prot = kReadWrite}},
    {.operation = {.call = impl::Call::kMmapFile, .page = 4, .count = 4, .prot = kReadWrite}},
    {.operation = {.call = impl::Call::kMirrorOpen, .page = 0, .count = 8}},
}};
constexpr std::array<impl::FileLayout, model::kFiles> kStandardFiles = {{
    {.dax = true, .exists = true, .size = 16},
    {.dax = true, .exists = true, .size = 0},
    {.dax = false, .exists = true, .size = 8},
}};

// At least a byte for each segment: room for all of them is made at once.
void read_schedule(Reader& reader, const std::array<std::uint8_t, model::kTasks>& task_of,
                   Schedule& schedule) {
  schedule.resize(std::min(reader.left(), kMaxSegments));
  Segment* next = schedule.data();
  const Segment* const end = next + schedule.size();
  for (; next != end && reader.left() != 0; ++next) {
    const unsigned byte = reader.byte();
    unsigned points = (byte >> kPointsShift) + 1;
    if (points > kLongSegment) {
      points = reader.byte();
      points |= reader.byte() << 8;
      points = std::max(points, 1U);
    }
    *next = {.task = task_of[byte & 7], .points = static_cast<std::uint16_t>(points)};
  }
  schedule.resize(static_cast<std::size_t>(next - schedule.data()));
}

}  // namespace

bool has_standard_world(const Scenario& scenario) {
  return scenario.layout.files == kStandardFiles && scenario.setup.size() >= kStandardSetup &&
         std::equal(kStandardOperations.begin(), kStandardOperations.end(), scenario.setup.begin());
}

void standard_world(Scenario& scenario) {
  scenario.layout.files = kStandardFiles;
  scenario.setup.assign(kStandardOperations.begin(), kStandardOperations.end());
}

bool needs_version_2(const Scenario& scenario) {
  const auto further = [](const impl::Operation& operation) {
    return static_cast<unsigned>(operation.call) >= kFurtherCall;
  };
  return std::any_of(scenario.setup.begin(), scenario.setup.end(),
                     [&](const SetupOperation& step) { return further(step.operation); }) ||
         std::any_of(scenario.tasks.begin(), scenario.tasks.end(),
                     [&](const OperationList& operations) {
                       return std::any_of(operations.begin(), operations.end(), further);
                     });
}

void decode(std::span<const std::uint8_t> bytes, Scenario& scenario, ByteForm form) {
  Reader reader(bytes, form == ByteForm::kVersion1 ? 0 : kFurtherCalls);
  const unsigned head = reader.byte();
  const unsigned mms = reader.byte();
  const unsigned tasks = ((head & kTaskBits) ^ (kUsualTasks - 1)) + 1;
  scenario.layout.tasks = static_cast<std::uint8_t>(tasks);
  // Ids of tasks wrap around: 8 is no multiple of most numbers of tasks, but bytes need no
  // evenness.
  std::array<std::uint8_t, model::kTasks> task_of;
  for (unsigned task = 0, wrapped = 0; task < model::kTasks; ++task) {
    scenario.layout.mm_of_task[task] = model::Mm(task < tasks ? (mms >> task) & 1 : 0);
    scenario.tasks[task].clear();
    task_of[task] = static_cast<std::uint8_t>(wrapped);
    wrapped = wrapped + 1 == tasks ? 0 : wrapped + 1;
  }
  scenario.expectations.clear();

  if ((head & kOwnWorld) == 0) {
    standard_world(scenario);
  } else {
    scenario.setup.clear();
    for (impl::FileLayout& file : scenario.layout.files) {
      file = read_file(reader.byte());
    }
  }
  if ((head & kMoreSetup) != 0) {
    while (const std::uint8_t* record = reader.record()) {
      if (scenario.setup.size() == kMaxSetup) continue;
      scenario.setup.push_back(
          {.task = model::Task(task_of[record[0] >> kTaskShift]),
           .operation = read_record(record, place_in_setup(scenario.setup.size()))});
    }
  }
  while (const std::uint8_t* record = reader.record()) {
    const std::size_t task = task_of[record[0] >> kTaskShift];
    OperationList& operations = scenario.tasks[task];
    if (operations.size() == kMaxOperations) continue;
    operations.push_back(read_record(record, place_in_task(task, operations.size())));
  }
  read_schedule(reader, task_of, scenario.schedule);
}

EncodedOperations encode_operations(const Scenario& scenario,
                                    std::span<std::uint8_t, kMaxEncodedSize> out) {
  const bool own_world = !has_standard_world(scenario);
  const std::size_t skipped = own_world ? 0 : kStandardSetup;
  const bool more_setup = scenario.setup.size() > skipped;
  std::uint8_t* next = out.data();

  unsigned mms = 0;
  for (unsigned task = 0; task < model::kTasks; ++task) {
    mms |= static_cast<unsigned>(scenario.layout.mm_of_task[task]) << task;
  }
  const unsigned tasks = (scenario.layout.tasks - 1U) ^ (kUsualTasks - 1);
  *next++ = static_cast<std::uint8_t>(tasks | (own_world ? kOwnWorld : 0) |
                                      (more_setup ? kMoreSetup : 0));
  *next++ = static_cast<std::uint8_t>(mms);
  if (own_world) {
    for (const impl::FileLayout& file : scenario.layout.files) {
      *next++ = write_file(file);
    }
  }
  std::uint8_t* used = next;  // behind the last byte that is more than a default
  if (more_setup) {
    for (std::size_t i = skipped; i < scenario.setup.size(); ++i, next += kRecordSize) {
      const SetupOperation& step = scenario.setup[i];
      write_record(static_cast<unsigned>(step.task), step.operation, next);
    }
    used = next;
    *next++ = kEndOfSection;
  }
  for (unsigned task = 0; task < scenario.layout.tasks; ++task) {
    for (const impl::Operation& operation : scenario.tasks[task]) {
      write_record(task, operation, next);
      next += kRecordSize;
      used = next;
    }
  }
  *next++ = kEndOfSection;
  return {.size = static_cast<std::size_t>(next - out.data()),
          .needed = static_cast<std::size_t>(used - out.data())};
}

std::size_t encode_schedule(const Scenario& scenario, const EncodedOperations& operations,
                            std::span<std::uint8_t, kMaxEncodedSize> out) {
  std::uint8_t* next = out.data() + operations.size;
  const std::uint8_t* used = out.data() + operations.needed;
  for (const Segment& segment : scenario.schedule) {
    const bool long_run = segment.points > kLongSegment;
    *next++ = static_cast<std::uint8_t>(
        segment.task | (long_run ? kLongSegment : segment.points - 1U) << kPointsShift);
    if (long_run) {
      *next++ = static_cast<std::uint8_t>(segment.points & 255);
      *next++ = static_cast<std::uint8_t>(segment.points >> 8);
    }
    used = next;
  }
  // Zeros at the end of a head that nothing follows are what a reader finds there anyway.
  const bool own_world = (out[0] & kOwnWorld) != 0;
  const bool only_head = used == out.data() + 2 + (own_world ? model::kFiles : 0);
  while (only_head && used != out.data() && used[-1] == 0) --used;
  return static_cast<std::size_t>(used - out.data());
}

std::size_t encode(const Scenario& scenario, std::span<std::uint8_t, kMaxEncodedSize> out) {
  return encode_schedule(scenario, encode_operations(scenario, out), out);
}

std::vector<std::uint8_t> encode(const Scenario& scenario) {
  std::vector<std::uint8_t> bytes(kMaxEncodedSize);
  bytes.resize(encode(scenario, std::span<std::uint8_t, kMaxEncodedSize>(bytes)));
  return bytes;
}

}  // namespace mirrorcheck::fuzz
