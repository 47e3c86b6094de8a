#include "fuzz/harness/comparison.h"

#include "fuzz/harness/comparison_step.h"

namespace mirrorcheck::fuzz {
namespace comparison {
namespace {

const Clause* everything(const impl::World& world, const Judge& judge) {
  const ConcreteState& s = judge.state();
  impl::Tables tables;
  world.read(tables);
  if (s.cpu_frame != tables.cpu_frame || s.cpu_kind != tables.cpu_kind ||
      s.cpu_read != tables.cpu_read || s.cpu_write != tables.cpu_write ||
      s.huge != tables.cpu_huge) {
    return &kCpuEntryDiffers;
  }
  if (s.device_frame != tables.device_frame || s.device_write != tables.device_write ||
      s.device_huge != tables.device_huge) {
    return &kDeviceEntryDiffers;
  }
  if (s.backing != tables.backing) return &kBackingDiffers;
  // Neither "none" nor the zero page is handed out.
  tables.used[0] = s.used(model::kNoFrame);
  tables.used[1] = s.used(model::kZeroFrame);
  if (s.used != tables.used) return &kFreeDiffers;
  tables.pins[0] = s.pins(model::kNoFrame);
  tables.pins[1] = s.pins(model::kZeroFrame);
  if (s.pins != tables.pins) return &kPinsDiffer;
  for (std::size_t p = 0; p < model::kPages; ++p) {
    if (tables.cpu_frame[p] == model::kNoFrame) continue;
    if (!Shadow::is_private(s, Page(p))) continue;  // with the file
    if (const Clause* c = contents(world, judge, tables.cpu_frame[p], Page(p), {})) return c;
  }
  for (std::size_t f = 1; f < model::kFilePages; ++f) {
    if (const Clause* c = contents(world, judge, tables.backing[f], {}, FilePage(f))) return c;
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
