#include "fuzz/harness/comparison.h"

#include "fuzz/harness/comparison_step.h"

namespace mirrorcheck::fuzz {
namespace comparison {
namespace {

const Clause* everything(const impl::World& world, const Judge& judge) {
  const ConcreteState& s = judge.state();
  for (std::size_t p = 0; p < model::kPages; ++p) {
    if (const Clause* c = cpu(world, s, Page(p))) return c;
    if (s.slot(Page(p)) != model::kNoFilePage) continue;  // with the file
    if (const Clause* c = contents(world, judge, s.cpu_frame(Page(p)), Page(p), {})) return c;
  }
  for (std::size_t m = 0; m < model::kMirrors; ++m) {
    if (const Clause* c = device(world, s, Mirror(m), {Page(0), Page(model::kPages - 1)})) return c;
  }
  for (std::size_t f = 1; f < model::kFilePages; ++f) {
    if (const Clause* c = backing(world, s, FilePage(f))) return c;
    if (const Clause* c = contents(world, judge, s.backing(FilePage(f)), {}, FilePage(f))) return c;
  }
  for (std::size_t f = 2; f < model::kFrames; ++f) {
    if (const Clause* c = frame(world, s, Frame(f))) return c;
  }
  for (std::size_t f = 0; f < model::kFiles; ++f) {
    if (const Clause* c = size(world, judge, File(f))) return c;
  }
  for (std::size_t mm = 0; mm < model::kMms; ++mm) {
    if (const Clause* c = notifiers(world, judge, Mm(mm))) return c;
    if (world.users(Mm(mm)) != s.users(Mm(mm))) return &kUsersDiffer;
  }
  return subscriptions(world, s);
}

}  // namespace
}  // namespace comparison

Breach compare_touched(const impl::World& world, const Judge& judge, model::Rule rule,
                       const model::Arguments& arguments) {
  return {comparison::touched(world, judge, rule, arguments), rule};
}

Breach compare_everything(const impl::World& world, const Judge& judge, model::Rule rule) {
  return {comparison::everything(world, judge), rule};
}

}  // namespace mirrorcheck::fuzz
