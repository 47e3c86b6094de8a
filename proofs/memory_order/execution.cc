#include "proofs/memory_order/execution.h"

#include <string>
#include <string_view>

#include "proofs/check.h"

namespace mirrorcheck::proofs::memory_order {
namespace {

class Execution {
 public:
  Execution(z3::context& context, const Program& program, Model model)
      : context_(context), model_(model), all_(context) {
    for (std::size_t t = 0; t < program.size(); ++t) {
      for (const Event& event : program[t]) add(t, event);
    }
  }

  z3::expr exists(const std::vector<Last>& last) {
    order_threads();
    order_locks();
    close_happens_before();
    for (std::size_t r = 0; r < placed_.size(); ++r) {
      if (placed_[r].event.kind == Kind::kRead) read_from_a_write(r);
    }
    for (std::size_t e = 0; e < placed_.size(); ++e) {
      if (placed_[e].event.dependent) follow_a_dependency(e);
    }
    keep_coherent();
    for (const Last& l : last) end_with(l);
    return z3::mk_and(all_);
  }

 private:
  struct Placed {
    std::size_t thread;
    Event event;
  };
  static constexpr std::size_t kInitial = ~std::size_t{0};

  void add(std::size_t thread, const Event& event) {
    const std::string number = std::to_string(placed_.size());
    placed_.push_back({thread, event});
    time_.push_back(context_.int_const(("time" + number).c_str()));
    place_.push_back(context_.int_const(("mo" + number).c_str()));
    if (event.kind != Kind::kWrite) return;
    check(event.value != 0, "litmus test: 0 is the value that a location has at first");
    all_.push_back(place_.back() > 0);  // 0 is the initial write
    for (std::size_t other = 0; other + 1 < placed_.size(); ++other) {
      check(!is(other, Kind::kWrite) || !same_place(other, placed_.size() - 1) ||
                placed_[other].event.value != event.value,
            "litmus test: a value is written to a location twice");
    }
  }
  z3::expr hb(std::size_t a, std::size_t b) {
    return context_.bool_const(("hb" + std::to_string(a) + "," + std::to_string(b)).c_str());
  }
  bool same_place(std::size_t a, std::size_t b) const {
    return std::string_view(placed_[a].event.location) == placed_[b].event.location;
  }
  bool is(std::size_t e, Kind kind) const { return placed_[e].event.kind == kind; }
  // What comes first in a thread happens before what comes next.
  void order_threads() {
    for (std::size_t a = 0; a < placed_.size(); ++a) {
      for (std::size_t b = a + 1; b < placed_.size(); ++b) {
        if (placed_[a].thread == placed_[b].thread) all_.push_back(hb(a, b));
      }
    }
  }
  // Critical sections of one lock: one is over before the other begins.
  void order_locks() {
    for (std::size_t a = 0; a < placed_.size(); ++a) {
      for (std::size_t b = a + 1; b < placed_.size(); ++b) {
        if (!is(a, Kind::kLock) || !is(b, Kind::kLock) || !same_place(a, b)) continue;
        all_.push_back(hb(unlock_of(a), b) || hb(unlock_of(b), a));
      }
    }
  }
  std::size_t unlock_of(std::size_t taken) const {
    std::size_t e = taken;
    while (e < placed_.size() && placed_[e].thread == placed_[taken].thread &&
           !(is(e, Kind::kUnlock) && same_place(e, taken))) {
      ++e;
    }
    check(e < placed_.size() && placed_[e].thread == placed_[taken].thread,
          "litmus test: a lock is not released by the thread that takes it");
    return e;
  }
  // hb is transitive and without cycles. In RC11 all of it goes forward in time, as rf does.
  void close_happens_before() {
    for (std::size_t a = 0; a < placed_.size(); ++a) {
      all_.push_back(!hb(a, a));
      for (std::size_t b = 0; b < placed_.size(); ++b) {
        if (model_ == Model::kRc11) all_.push_back(z3::implies(hb(a, b), time_[a] < time_[b]));
        for (std::size_t c = 0; c < placed_.size(); ++c) {
          all_.push_back(z3::implies(hb(a, b) && hb(b, c), hb(a, c)));
        }
      }
    }
  }
  // The write that a read reads from: the only one of that value.
  std::size_t source_of(std::size_t read) const {
    for (std::size_t w = 0; w < placed_.size(); ++w) {
      if (is(w, Kind::kWrite) && same_place(w, read) &&
          placed_[w].event.value == placed_[read].event.value) {
        return w;
      }
    }
    return kInitial;
  }
  void read_from_a_write(std::size_t r) {
    const std::size_t from = source_of(r);
    if (from == kInitial) {
      // Nothing writes what it is to return, unless that is what is there at first.
      all_.push_back(placed_[r].event.value == 0 ? place_[r] == 0 : context_.bool_val(false));
      return;
    }
    all_.push_back(place_[r] == place_[from]);  // a read has the place of its write
    if (model_ == Model::kRc11) all_.push_back(time_[from] < time_[r]);
    if (placed_[from].event.order == Order::kRelease && placed_[r].event.order == Order::kAcquire) {
      all_.push_back(hb(from, r));
    }
  }
  // `e` alone follows what happened before the release that its address comes from.
  void follow_a_dependency(std::size_t e) {
    std::size_t r = e;
    while (r > 0 && !(r < e && is(r, Kind::kRead))) --r;
    check(r < e && is(r, Kind::kRead) && placed_[r].thread == placed_[e].thread,
          "litmus test: an access depends on a read that there is not");
    const std::size_t from = source_of(r);
    if (from == kInitial || placed_[from].event.order != Order::kRelease) return;
    for (std::size_t a = 0; a < placed_.size(); ++a) {
      if (a == e || !accesses(a) || !same_place(a, e)) continue;
      all_.push_back(a == from ? in_order(a, e) : z3::implies(hb(a, from), in_order(a, e)));
    }
  }
  // With a read at the place of its write, all of coherence is: hb never goes back in mo, and goes
  // forward where it leads to a write.
  z3::expr in_order(std::size_t a, std::size_t b) const {
    return is(b, Kind::kWrite) ? place_[a] < place_[b] : place_[a] <= place_[b];
  }
  void keep_coherent() {
    for (std::size_t a = 0; a < placed_.size(); ++a) {
      for (std::size_t b = 0; b < placed_.size(); ++b) {
        if (a == b || !accesses(a) || !accesses(b) || !same_place(a, b)) continue;
        if (is(a, Kind::kWrite) && is(b, Kind::kWrite)) all_.push_back(place_[a] != place_[b]);
        const bool unordered =
            is(a, Kind::kRead) && is(b, Kind::kRead) &&
            (placed_[a].event.order == Order::kPlain || placed_[b].event.order == Order::kPlain);
        if (!unordered) all_.push_back(z3::implies(hb(a, b), in_order(a, b)));
      }
    }
  }
  bool accesses(std::size_t e) const { return is(e, Kind::kRead) || is(e, Kind::kWrite); }
  void end_with(const Last& last) {
    bool found = false;
    for (std::size_t w = 0; w < placed_.size(); ++w) {
      if (!is(w, Kind::kWrite) || std::string_view(placed_[w].event.location) != last.location ||
          placed_[w].event.value != last.value) {
        continue;
      }
      found = true;
      for (std::size_t other = 0; other < placed_.size(); ++other) {
        if (other != w && is(other, Kind::kWrite) && same_place(other, w)) {
          all_.push_back(place_[other] < place_[w]);
        }
      }
    }
    check(found, "litmus test: what is to be the last value is never written");
  }

  z3::context& context_;
  Model model_;
  z3::expr_vector all_;
  std::vector<Placed> placed_;
  std::vector<z3::expr> time_;
  std::vector<z3::expr> place_;
};

}  // namespace

z3::expr exists(z3::context& context, const Program& program, const std::vector<Last>& last,
                Model model) {
  return Execution(context, program, model).exists(last);
}

}  // namespace mirrorcheck::proofs::memory_order
