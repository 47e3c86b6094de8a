// The arguments that a rule is explored with are those that it reads.

#include "proofs/explore/reads.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "model/rules.h"
#include "proofs/clause_list.h"
#include "proofs/counterexample.h"
#include "proofs/symbolic_state.h"
#include "proofs/unbounded.h"

namespace mirrorcheck::proofs {
namespace {

const std::map<std::string, std::uint32_t> kArguments{{"task", explore::kTask},
                                                      {"mm", explore::kMm},
                                                      {"mirror", explore::kMirror},
                                                      {"window", explore::kWindow},
                                                      {"classic", explore::kClassic},
                                                      {"page", explore::kPage},
                                                      {"source", explore::kSource},
                                                      {"pages", explore::kPages},
                                                      {"file", explore::kFile},
                                                      {"file_page", explore::kFilePage},
                                                      {"file_pages", explore::kFilePages},
                                                      {"frame", explore::kFrame},
                                                      {"area", explore::kArea},
                                                      {"event", explore::kEvent},
                                                      {"outcome", explore::kOutcome},
                                                      {"write", explore::kWrite},
                                                      {"read", explore::kRead},
                                                      {"flag", explore::kFlag},
                                                      {"required", explore::kRequired},
                                                      {"huge", explore::kHuge},
                                                      {"kind", explore::kKind}};

TEST(Reads, IsWhatTheSymbolicRulesDependOn) {
  Universe universe(std::nullopt);
  const Universe::Scope scope(universe);
  const auto before = arbitrary_state<Unbounded>();
  const SymbolicArguments arguments("argument ");
  model::AllRules::each<Unbounded>([&]<class R>() {
    auto after = before;
    ClauseList clauses;
    R::guard(clauses, before, arguments);
    R::apply(after, arguments);
    Symbols symbols;
    for (const ClauseTerm& c : clauses.terms()) symbols.add(c.holds);
    model::State<Unbounded>::each_field(
        after, [&](const char*, const auto& field) { symbols.add(field.body()); });
    std::uint32_t read = 0;
    for (const auto& [name, bit] : kArguments) {
      if (symbols.has("argument " + name)) read |= bit;
    }
    EXPECT_EQ(read, explore::reads(R::kRule)) << R::kName;
  });
}

}  // namespace
}  // namespace mirrorcheck::proofs
