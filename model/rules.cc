#include "model/rules.h"

#include "model/concrete.h"

namespace mirrorcheck::model {
namespace {

constexpr std::array<std::string_view, kRules> make_names() {
  std::array<std::string_view, kRules> names{};
  std::size_t next = 0;
  AllRules::each<Concrete>([&]<class R>() {
    // The list and the enumeration are one order; nothing else ties them together.
    if (static_cast<std::size_t>(R::kRule) != next) throw "model/rules.h: list out of order";
    names[next++] = R::kName;
  });
  return names;
}

constexpr std::array<std::string_view, kRules> kNames = make_names();

}  // namespace

std::string_view rule_name(Rule rule) { return kNames[static_cast<std::size_t>(rule)]; }

}  // namespace mirrorcheck::model
