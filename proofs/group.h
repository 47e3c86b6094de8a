// A group of obligations that is read as one: what it says, what it does not, what it takes for
// granted.
//
// Most groups are parts of the inductive invariant. Each of those is a struct in groups/ with
//   kGroup                   the texts
//   each_conjunct<D>(f)      f(name, for, holds) for every conjunct: `for` lists the properties
//                            whose proof needs it, holds(state) is its formula
// and stands in the list of invariant.h. The conjuncts of all groups are assumed together; a group
// is proved when the initial state has its conjuncts and every rule keeps them.
//
// Thread safety: constants.

#ifndef MIRRORCHECK_PROOFS_GROUP_H_
#define MIRRORCHECK_PROOFS_GROUP_H_

#include <string_view>

namespace mirrorcheck::proofs {

struct Group {
  std::string_view name;   // as `prove --group` takes it
  std::string_view title;  // half a line
  std::string_view says;
  std::string_view does_not_say;
  std::string_view assumes;
};

// Structs as described above.
template <class... G>
struct GroupList {
  // Calls f.template operator()<G>() for each.
  template <class F>
  static void each(F&& f) {
    (f.template operator()<G>(), ...);
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUP_H_
