#include "proofs/explore/attack_text.h"

#include <utility>

#include "model/rules.h"
#include "proofs/explore/reads.h"

namespace mirrorcheck::proofs::explore {
namespace {

template <class Id>
std::string number(Id id) {
  return std::to_string(static_cast<unsigned>(id));
}
template <class Id>
std::string range(model::Range<Id> r) {
  return number(r.first) + "-" + number(r.last);
}

std::string line(const ExploreStep& step) {
  const model::Arguments& a = step.arguments;
  const std::uint32_t read = reads(step.rule);
  std::string out(model::rule_name(step.rule));
  const auto say = [&](Argument bit, const char* name, const std::string& value) {
    if ((read & bit) != 0) out += std::string(" ") + name + "=" + value;
  };
  say(kTask, "task", number(a.task));
  say(kMm, "mm", number(a.mm));
  say(kMirror, "mirror", number(a.mirror));
  say(kWindow, "window", number(a.window));
  say(kClassic, "classic", number(a.classic));
  say(kPage, "page", number(a.page));
  say(kSource, "source", number(a.source));
  say(kPages, "pages", range(a.pages));
  say(kFile, "file", number(a.file));
  say(kFilePage, "file_page", number(a.file_page));
  say(kFilePages, "file_pages", range(a.file_pages));
  say(kFrame, "frame", number(a.frame));
  say(kArea, "area", number(a.area));
  say(kEvent, "event", number(a.event));
  say(kOutcome, "outcome", number(a.outcome));
  say(kWrite, "write", number(a.write));
  say(kRead, "read", number(a.read));
  say(kFlag, "flag", number(a.flag));
  say(kKind, "kind", number(a.kind));
  say(kRequired, "required", number(a.required));
  if (a.huge) say(kHuge, "huge", number(a.huge));
  return out;
}

// "S1", or "S7 (windows_live_in_order)".
std::string broken(const Attack& attack) {
  std::string out(broken_property(attack).id);
  if (!attack.step.name.empty()) out += " (" + std::string(attack.step.name) + ")";
  return out;
}

}  // namespace

std::string world_line(const Bounds& b) {
  std::string out = "world";
  for (const auto& [name, value] : {std::pair{"mms", b.mms},
                                    {"pages", b.pages},
                                    {"files", b.files},
                                    {"file_pages", b.file_pages},
                                    {"frames", b.frames},
                                    {"blocks", b.blocks},
                                    {"tasks", b.tasks},
                                    {"mirrors", b.mirrors},
                                    {"classics", b.classics},
                                    {"windows", b.windows}}) {
    out += std::string(" ") + name + " " + std::to_string(value);
  }
  if (b.swap_slots != 0) out += " swap_slots " + std::to_string(b.swap_slots);
  if (b.device_frames != 0) out += " device_frames " + std::to_string(b.device_frames);
  if (b.huge) out += " huge";
  return out + "\n";
}

std::string to_text(const Attack& attack) {
  std::string out = "without " + attack.drop + "\n" + world_line(attack.world);
  for (const ExploreStep& step : attack.trace) out += line(step) + "\n";
  return out + std::string(name(attack.outcome)) + " " + broken(attack) + "\n";
}

Attack find_again(std::string_view drop, std::string_view text) {
  const auto there = [text](const Bounds& world) {
    return text.find("\n" + world_line(world)) != std::string_view::npos;
  };
  Attack attack = find_attack(drop, kNear, there);
  return harms(attack) && to_text(attack) == text ? attack : find_attack(drop, kFar, there);
}

std::string table_line(const Attack& attack) {
  std::string out = attack.drop + " " + std::string(name(attack.outcome));
  if (harms(attack)) {
    out += " " + broken(attack) + " in " + std::to_string(attack.trace.size()) + " steps";
  }
  return out;
}

}  // namespace mirrorcheck::proofs::explore
