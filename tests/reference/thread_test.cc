// Many operations on OS threads: everybody gets an answer, nothing is left over, and
// ThreadSanitizer has nothing to say. What the answers are is the business of the contract's
// oracle, not of this test.

#include <array>
#include <atomic>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "tests/reference/recorder.h"

namespace mirrorcheck::impl {
namespace {

class Ticket final : public Observer {
 public:
  void step(model::Rule rule, const model::Arguments& arguments) override {
    steps.fetch_add(1, std::memory_order_relaxed);
    if (rule == model::Rule::kBreak) failed[static_cast<std::size_t>(arguments.frame)] = true;
  }
  std::atomic<std::uint64_t> steps = 0;
  std::array<std::atomic<bool>, model::kFrames> failed{};  // as memory does
};

Operation random_operation(std::mt19937& random) {
  const auto below = [&](unsigned n) { return static_cast<std::uint8_t>(random() % n); };
  Operation operation{.call = Call(below(kCalls)),
                      .page = below(model::kPagesPerMm),
                      .count = static_cast<std::uint8_t>(1 + below(8)),
                      .prot = below(4),
                      .file = model::File(below(model::kFiles)),
                      .index = below(model::kPagesPerFile),
                      .cell = below(model::kCellsPerPage),
                      .size = below(model::kPagesPerFile * model::kCellsPerPage + 1),
                      .mirror = below(model::kMirrors),
                      .flags = below(16),
                      .requests = static_cast<std::uint16_t>(random()),
                      .value = static_cast<std::uint32_t>(random())};
  // Nobody leaves before the end, or there would be nobody left to meet.
  if (operation.call == Call::kExit) operation.call = Call::kUnpin;
  // Most traffic is about memory that is mapped and mirrored.
  if (below(4) == 0) operation.call = Call::kDeviceWrite;
  return operation;
}

TEST(Threads, EveryOperationEndsAndNothingIsLeft) {
  constexpr unsigned kTasks = 6;
  constexpr int kRounds = 20;
  constexpr int kOperations = 200;
  const std::unique_ptr<World> world = create_reference();
  for (int round = 0; round < kRounds; ++round) {
    Ticket ticket;
    Layout layout;
    layout.tasks = kTasks;
    for (unsigned task = 0; task < kTasks; ++task) {
      layout.mm_of_task[task] = model::Mm(task % model::kMms);
    }
    layout.files[0] = {.dax = true, .exists = true, .size = 32};
    layout.files[1] = {.dax = true, .exists = true, .size = 9};
    layout.files[2] = {.dax = false, .exists = true, .size = 20};
    world->reset(layout, ticket);
    std::vector<std::thread> threads;
    threads.reserve(kTasks);
    for (unsigned task = 0; task < kTasks; ++task) {
      threads.emplace_back([&, task] {
        std::mt19937 random(static_cast<unsigned>(round) * kTasks + task);
        Result result;
        for (int i = 0; i < kOperations; ++i) {
          world->apply(model::Task(task), random_operation(random), result);
        }
        if (task % 2 == 0) world->apply(model::Task(task), {.call = Call::kExit}, result);
      });
    }
    for (std::thread& thread : threads) thread.join();
    world->shut_down();
    EXPECT_GT(ticket.steps, 0u);
    for (unsigned frame = 2; frame < model::kFrames; ++frame) {
      const bool kept = ticket.failed[frame] && !model::is_block(model::Frame(frame));
      ASSERT_EQ(world->is_free(model::Frame(frame)), !kept) << "frame " << frame;
      ASSERT_EQ(world->pins(model::Frame(frame)), 0u) << "frame " << frame;
    }
    for (unsigned mirror = 0; mirror < model::kMirrors; ++mirror) {
      ASSERT_EQ(world->subscription(model::Mirror(mirror)).registration, model::Registration::kOut);
    }
  }
}

// X12.3. Task 0 leaves with two pins. While it drops the first, which is on private memory, task 1
// begins to truncate the file that the second is on, and has to wait for it.
class Truncating final : public Observer {
 public:
  explicit Truncating(World& world) : world_(world) {}
  ~Truncating() { thread_.join(); }
  void step(model::Rule rule, const model::Arguments& arguments) override {
    {
      const std::lock_guard guard(mutex_);
      if (rule == model::Rule::kUnpin || rule == model::Rule::kFree) {
        order.push_back({rule, arguments});
      }
      if (rule == model::Rule::kInvalidateUnlock) waiting_ = true;
    }
    if (rule != model::Rule::kUnpin || thread_.joinable()) return;
    waiting_ = false;
    thread_ = std::thread([this] {
      world_.apply(model::Task(1), {.call = Call::kFtruncate, .file = model::File(0)}, result);
    });
    while (!waiting_) std::this_thread::yield();
  }
  std::vector<Step> order;  // read after the thread has ended
  Result result;
  void join() {
    thread_.join();
    thread_ = std::thread([] {});
  }

 private:
  World& world_;
  std::mutex mutex_;
  std::atomic<bool> waiting_ = false;
  std::thread thread_;
};

TEST(Threads, ATruncateWaitsForAPinThatItsHolderIsAboutToDrop) {
  const std::unique_ptr<World> world = create_reference();
  Truncating truncating(*world);
  Layout layout;
  layout.tasks = 2;
  layout.files[0] = {.dax = true, .exists = true, .size = 4};
  world->reset(layout, truncating);
  Result result;
  constexpr std::uint8_t kReadWrite = kProtRead | kProtWrite;
  for (const Operation& operation : {
           Operation{.call = Call::kMmapAnon, .page = 0, .count = 1, .prot = kReadWrite},
           Operation{.call = Call::kMmapFile, .page = 1, .count = 1, .prot = kReadWrite},
           Operation{.call = Call::kPin, .page = 0, .prot = kReadWrite},
           Operation{.call = Call::kPin, .page = 1, .prot = kReadWrite},
       }) {
    world->apply(model::Task(0), operation, result);
    ASSERT_EQ(result.error, 0);
  }
  const model::Frame block = world->backing(model::file_page(model::File(0), 0));
  world->apply(model::Task(0), {.call = Call::kExit}, result);
  truncating.join();
  EXPECT_EQ(truncating.result.error, 0);
  std::vector<model::Rule> of_block;
  for (const Step& step : truncating.order) {
    if (step.arguments.frame == block) of_block.push_back(step.rule);
  }
  EXPECT_EQ(of_block, (std::vector{model::Rule::kUnpin, model::Rule::kFree}));
  world->shut_down();
}

}  // namespace
}  // namespace mirrorcheck::impl
