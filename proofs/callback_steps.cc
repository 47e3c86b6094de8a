#include "proofs/callback_steps.h"

#include <string>
#include <utility>

#include "model/rules/clauses.h"
#include "proofs/groups/windows.h"
#include "proofs/hypothesis.h"
#include "proofs/special_proof.h"

namespace mirrorcheck::proofs {
namespace {

using model::Frame;
using model::kNoFrame;
using model::Rule;
using State = UnboundedState;

// A callback on its way: who runs it, and what it has not torn down yet.
struct Callback {
  Term<model::Task> task = Term<model::Task>::free("driver");
  Term<model::Mirror> mirror = Term<model::Mirror>::free("its mirror");
  Term<model::Window> window = Term<model::Window>::free("its window");
};

Term<bool> left(const Term<model::Page>& p) {
  Universe& u = Universe::current();
  return Term<bool>(
      u.context().function("left", u.sort(kSort<model::Page>), u.context().bool_sort())(p.expr()));
}
Term<Frame> left_frame(const Term<model::Page>& p) {
  Universe& u = Universe::current();
  return Term<Frame>(u.context().function("left_frame", u.sort(kSort<model::Page>),
                                          u.sort(kSort<Frame>))(p.expr()));
}
Term<bool> left_write(const Term<model::Page>& p) {
  Universe& u = Universe::current();
  return Term<bool>(u.context().function("left_write", u.sort(kSort<model::Page>),
                                         u.context().bool_sort())(p.expr()));
}

// The state with the pages that are left, given the one in which the callback has done it all.
State torn(const Callback& callback, const State& done) {
  State state = done;
  state.device_frame.set_row<model::Page>(
      [&](const auto& p, const auto& old) {
        return Unbounded::choose<Frame>(left(p), left_frame(p), old);
      },
      callback.mirror);
  state.device_write.set_row<model::Page>(
      [&](const auto& p, const auto& old) {
        return Unbounded::choose<bool>(left(p), left_write(p), old);
      },
      callback.mirror);
  return state;
}

// The driver is in its callback, `done` being the state in which it has done it all.
Term<bool> is_running(const Callback& c, const State& done, bool locked) {
  const Term<bool> inside = done.phase(c.window) == model::WindowPhase::kStarting &&
                            done.owner(c.window) == c.task && done.hit(c.window, c.mirror) &&
                            done.acked(c.window, c.mirror);
  return locked ? inside && done.update_lock(c.task, c.mirror) : inside;
}

// What is left is what the CPU entries say, and no other window can take it away. What will be
// there in the end is there now.
Term<bool> is_justified(const Callback& c, const State& done) {
  return Unbounded::all<model::Page>([&](const auto& p) {
    const auto in_the_end = done.device_frame(c.mirror, p);
    return !left(p) || (left_frame(p) == kNoFrame && in_the_end == kNoFrame) ||
           ((in_the_end == kNoFrame || in_the_end == left_frame(p)) &&
            Unbounded::mm_of(p) == done.mirror_mm(c.mirror) &&
            Unbounded::contains(done.mirror_pages(c.mirror), p) &&
            done.cpu_frame(p) == left_frame(p) && model::usable_by<Unbounded>(done, c.mirror, p) &&
            done.cpu_read(p) && (!left_write(p) || done.cpu_write(p)) &&
            Unbounded::all<model::Window>([&](const auto& w) {
              return w == c.window || !concerns<Unbounded>(done, w, c.mirror) ||
                     !done.acked(w, c.mirror) || !Unbounded::contains(done.window_pages(w), p) ||
                     may_ignore<Unbounded>(done, w, c.mirror) ||
                     (done.kept(w, c.mirror) && !left_write(p));
            }));
  });
}

// Some field has another value somewhere.
z3::expr differ(const State& a, const State& b) {
  z3::expr_vector some(Universe::current().context());
  State::each_pair(a, b, [&](const char*, const auto& one, const auto& other) {
    if (!z3::eq(one.body(), other.body())) some.push_back(one.body() != other.body());
  });
  return z3::mk_or(some);
}

class Proof : SpecialProof {
 public:
  explicit Proof(const ProveOptions& options) : SpecialProof(kCallbackStepsGroup, "S1", options) {}

  std::vector<Obligation> run() {
    begins();
    for (const SymbolicRule& rule : symbolic_rules()) {
      interleaves(rule, true);
      // The rules that the update lock is there for. D1.install is none of them: set_seq has made
      // sure that its section is disturbed (Q3).
      if (rule.rule == Rule::kQuiesce || rule.rule == Rule::kDeviceAccess) {
        interleaves(rule, false);
      }
    }
    return obligations();
  }

 private:
  // set_seq: everything is left, and all of it is justified.
  void begins() {
    SymbolicArguments a("argument ");
    a.task = callback_.task;
    a.mirror = callback_.mirror;
    a.window = callback_.window;
    const SymbolicRule& rule = symbolic_rules()[static_cast<std::size_t>(Rule::kInvalidate)];
    State done = state_;
    rule.apply(done, a);
    z3::solver solver = with(whole_invariant(state_));
    solver.add(whole_guard(rule, state_, a));
    const Term<model::Page> page = a.page;
    solver.add(Unbounded::all<model::Page>([&](const auto& p) {
                 return left(p) == Unbounded::contains(state_.window_pages(callback_.window), p) &&
                        left_frame(p) == state_.device_frame(callback_.mirror, p) &&
                        left_write(p) == state_.device_write(callback_.mirror, p);
               }).expr());
    solver.add(!(is_running(callback_, done, true) && is_justified(callback_, done) &&
                 torn(callback_, done).device_frame(callback_.mirror, page) ==
                     state_.device_frame(callback_.mirror, page) &&
                 torn(callback_, done).device_write(callback_.mirror, page) ==
                     state_.device_write(callback_.mirror, page))
                    .expr());
    ask(rule.name, "set_seq alone leaves all translations, and none is stale", solver, z3::unsat);

    z3::solver some = with(whole_invariant(state_));
    some.add((is_running(callback_, state_, true) && is_justified(callback_, state_) &&
              left(page) && left_frame(page) != kNoFrame)
                 .expr());
    ask(rule.name, "can be on its way with a page left", some, z3::sat);
  }

  // A step of somebody else.
  void interleaves(const SymbolicRule& rule, bool locked) {
    const SymbolicArguments a("argument ");
    State one = torn(callback_, state_);
    const z3::expr may = whole_guard(rule, one, a);
    const z3::expr may_when_done = whole_guard(rule, state_, a);
    State done = state_;
    rule.apply(done, a);
    rule.apply(one, a);
    const z3::expr same = !differ(one, torn(callback_, done));
    const z3::expr stays =
        (is_running(callback_, done, locked) && is_justified(callback_, done)).expr();
    z3::solver solver = with(whole_invariant(state_));
    solver.add(is_running(callback_, state_, locked).expr());
    solver.add(is_justified(callback_, state_).expr());
    solver.add((a.task != callback_.task).expr());
    // P3: these ask whether a device has let go, and may have to wait until its callback is done.
    const bool waits = rule.rule == Rule::kMove || rule.rule == Rule::kZap;
    // P6: to let go of what the callback is about to take away is no other step than that.
    const bool gains = rule.rule == Rule::kProgram;
    if (gains) solver.add((a.frame != kNoFrame).expr());
    solver.add((waits ? may && !may_when_done : may != may_when_done) || (may && !(same && stays)));
    ask(rule.name,
        locked ? waits   ? "is the same step between two pages of a callback, if it may be one"
                 : gains ? "is the same step between two pages of a callback, if it is a gain"
                         : "is the same step between two pages of a callback"
               : "can tell when the callback does not hold the update lock",
        solver, locked ? z3::unsat : z3::sat);
  }

  Callback callback_;
};

}  // namespace

std::vector<Obligation> prove_callback_steps(const ProveOptions& options) {
  if (!options.rule.empty()) return {};
  return Proof(options).run();
}

}  // namespace mirrorcheck::proofs
