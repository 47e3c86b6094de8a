// States and arguments of the concrete interpretation as plain numbers, under the names that the
// symbolic ones give them: an id or enumerator is its number, a range the mask of its pages.
//
// Thread safety: plain values.

#ifndef MIRRORCHECK_TESTS_PROOFS_VALUES_H_
#define MIRRORCHECK_TESTS_PROOFS_VALUES_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "model/oracle.h"
#include "proofs/universe.h"

namespace mirrorcheck::proofs::testing {

template <class Id>
std::uint64_t encode(model::Range<Id> range) {
  std::uint64_t mask = 0;
  for (auto i = static_cast<unsigned>(range.first); i <= static_cast<unsigned>(range.last); ++i) {
    mask |= std::uint64_t{1} << i;
  }
  return mask;
}
template <class T>
  requires(std::is_enum_v<T> || std::is_integral_v<T>)
std::uint64_t encode(T value) {
  return static_cast<std::uint64_t>(value);
}

// One field of the state.
struct Table {
  std::string_view name;
  std::array<SortId, 2> keys{};
  std::array<unsigned, 2> counts{1, 1};
  unsigned dimensions = 0;
  std::vector<std::uint64_t> cells;  // row-major, the last key fastest
};

template <class Sort, class... Keys>
void load(Table& table, const model::Concrete::Map<Sort, Keys...>& field) {
  table.dimensions = sizeof...(Keys);
  unsigned k = 0;
  ((table.keys[k] = kSort<Keys>, table.counts[k] = model::kCount<Keys>, ++k), ...);
  std::size_t at = 0;
  table.cells.resize((std::size_t{1} * ... * model::kCount<Keys>));
  if constexpr (sizeof...(Keys) == 1) {
    for (auto& cell : table.cells) cell = encode(field(Keys(at)...)), ++at;
  } else {
    for (auto& cell : table.cells) {
      using All = std::tuple<Keys...>;
      cell = encode(field(std::tuple_element_t<0, All>(at / table.counts[1]),
                          std::tuple_element_t<1, All>(at % table.counts[1])));
      ++at;
    }
  }
}

// All fields of a state, in its order. Tables keep their addresses when loaded again.
class Tables {
 public:
  void load(const model::ConcreteState& state) {
    std::size_t i = 0;
    model::ConcreteState::each_field(state, [&](const char* name, const auto& field) {
      if (i == tables_.size()) tables_.emplace_back();
      tables_[i].name = name;
      testing::load(tables_[i++], field);
    });
  }
  const std::vector<Table>& all() const { return tables_; }
  const Table* find(std::string_view name) const {
    for (const Table& t : tables_) {
      if (t.name == name) return &t;
    }
    return nullptr;
  }

 private:
  std::vector<Table> tables_;
};

struct ArgumentValue {
  std::string_view name;
  std::uint64_t value = 0;
};

// In a fixed order, which does not depend on the values.
inline std::array<ArgumentValue, 22> argument_values(const model::Arguments& a) {
  return {{{"task", encode(a.task)},           {"mm", encode(a.mm)},
           {"mirror", encode(a.mirror)},       {"window", encode(a.window)},
           {"classic", encode(a.classic)},     {"page", encode(a.page)},
           {"source", encode(a.source)},       {"pages", encode(a.pages)},
           {"file_page", encode(a.file_page)}, {"file_pages", encode(a.file_pages)},
           {"file", encode(a.file)},           {"frame", encode(a.frame)},
           {"area", encode(a.area)},           {"kind", encode(a.kind)},
           {"event", encode(a.event)},         {"outcome", encode(a.outcome)},
           {"write", encode(a.write)},         {"read", encode(a.read)},
           {"flag", encode(a.flag)},           {"required", encode(a.required)},
           {"huge", encode(a.huge)},           {"sequence", encode(a.sequence)}}};
}

}  // namespace mirrorcheck::proofs::testing

#endif  // MIRRORCHECK_TESTS_PROOFS_VALUES_H_
