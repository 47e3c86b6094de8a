// A value of a symbolic interpretation: a Z3 term that knows the sort it stands for, so that the
// rules of the contract compile with it unchanged.
//
// Operators fold what is already decided (`false && x`, a constant compared with another). They
// evaluate both operands: nothing short-circuits.
//
// Thread safety: that of the universe. REQUIRES: every operation inside a Universe::Scope.

#ifndef MIRRORCHECK_PROOFS_TERM_H_
#define MIRRORCHECK_PROOFS_TERM_H_

#include <z3++.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include "proofs/universe.h"

namespace mirrorcheck::proofs {

// The value of a term that is a Boolean constant or a numeral.
std::optional<bool> known_truth(const z3::expr& e);
std::optional<std::uint64_t> known_number(const z3::expr& e);

// The operators of Term. Not inline: the rules are many, and none of this is worth a copy in each.
z3::expr fold_not(const z3::expr& a);
z3::expr fold_and(const z3::expr& a, const z3::expr& b);
z3::expr fold_or(const z3::expr& a, const z3::expr& b);
z3::expr fold_equal(const z3::expr& a, const z3::expr& b);
z3::expr fold_choose(const z3::expr& c, const z3::expr& a, const z3::expr& b);

template <class Sort>
class Term {
 public:
  explicit Term(z3::expr e) : expr_(std::move(e)) {}
  // Constants of the rules become terms by themselves.
  Term(Sort value)  // NOLINT(google-explicit-constructor)
    requires(std::is_enum_v<Sort>)
      : Term(Universe::current().value(kSort<Sort>, static_cast<std::uint64_t>(value))) {}
  Term(std::same_as<bool> auto value)  // NOLINT(google-explicit-constructor)
    requires(std::is_same_v<Sort, bool>)
      : Term(Universe::current().truth(value)) {}
  Term(std::same_as<unsigned> auto value)  // NOLINT(google-explicit-constructor)
    requires(std::is_same_v<Sort, model::Integer>)
      : Term(Universe::current().value(kSort<Sort>, value)) {}

  // The value with this number.
  static Term number(std::uint64_t n) { return Term(Universe::current().value(kSort<Sort>, n)); }
  // An arbitrary value with this name.
  static Term free(const char* name) {
    Universe& u = Universe::current();
    return Term(u.context().constant(name, u.sort(kSort<Sort>)));
  }

  const z3::expr& expr() const { return expr_; }

  friend Term<bool> operator==(const Term& a, const Term& b) {
    return Term<bool>(fold_equal(a.expr_, b.expr_));
  }
  friend Term<bool> operator!=(const Term& a, const Term& b) {
    return Term<bool>(fold_not(fold_equal(a.expr_, b.expr_)));
  }
  friend Term<bool> operator!(const Term& a)
    requires(std::is_same_v<Sort, bool>)
  {
    return Term<bool>(fold_not(a.expr_));
  }
  friend Term<bool> operator&&(const Term& a, const Term& b)
    requires(std::is_same_v<Sort, bool>)
  {
    return Term<bool>(fold_and(a.expr_, b.expr_));
  }
  friend Term<bool> operator||(const Term& a, const Term& b)
    requires(std::is_same_v<Sort, bool>)
  {
    return Term<bool>(fold_or(a.expr_, b.expr_));
  }
  friend Term operator+(const Term& a, const Term& b)
    requires(std::is_same_v<Sort, model::Integer>)
  {
    return Term(a.expr_ + b.expr_);
  }
  friend Term operator-(const Term& a, const Term& b)
    requires(std::is_same_v<Sort, model::Integer>)
  {
    return Term(a.expr_ - b.expr_);
  }
  friend Term<bool> operator<(const Term& a, const Term& b)
    requires(std::is_same_v<Sort, model::Integer>)
  {
    return Term<bool>(a.expr_.is_bv() ? z3::ult(a.expr_, b.expr_) : a.expr_ < b.expr_);
  }

 private:
  z3::expr expr_;
};

// Gives a term another value, by a copy. Where terms are many, use this: the z3++.h of Z3 4.8.12
// (Debian 12) never lets go of what a move assigns over, and a context that goes with terms left
// takes them apart layer by layer, looking at all of them for each.
template <class Sort>
void assign(Term<Sort>& term, const Term<Sort>& value) {
  term = value;
}

// The arguments of a step. REQUIRES: made inside a scope; all are arbitrary values whose names
// begin with `prefix`.
struct SymbolicArguments {
  explicit SymbolicArguments(const std::string& prefix)
      : task(free<model::Task>(prefix, "task")),
        mm(free<model::Mm>(prefix, "mm")),
        mirror(free<model::Mirror>(prefix, "mirror")),
        window(free<model::Window>(prefix, "window")),
        classic(free<model::Classic>(prefix, "classic")),
        page(free<model::Page>(prefix, "page")),
        source(free<model::Page>(prefix, "source")),
        pages(free<model::PageRange>(prefix, "pages")),
        file_page(free<model::FilePage>(prefix, "file_page")),
        file_pages(free<model::FilePageRange>(prefix, "file_pages")),
        file(free<model::File>(prefix, "file")),
        frame(free<model::Frame>(prefix, "frame")),
        area(free<model::Area>(prefix, "area")),
        kind(free<model::EntryKind>(prefix, "kind")),
        event(free<model::WindowEvent>(prefix, "event")),
        outcome(free<model::Outcome>(prefix, "outcome")),
        write(free<bool>(prefix, "write")),
        read(free<bool>(prefix, "read")),
        flag(free<bool>(prefix, "flag")),
        required(free<bool>(prefix, "required")),
        huge(free<bool>(prefix, "huge")),
        sequence(free<model::Integer>(prefix, "sequence")) {}

  // Calls f(name, argument) for each.
  template <class Self, class F>
  static void each(Self& a, F&& f) {
    f("task", a.task);
    f("mm", a.mm);
    f("mirror", a.mirror);
    f("window", a.window);
    f("classic", a.classic);
    f("page", a.page);
    f("source", a.source);
    f("pages", a.pages);
    f("file_page", a.file_page);
    f("file_pages", a.file_pages);
    f("file", a.file);
    f("frame", a.frame);
    f("area", a.area);
    f("kind", a.kind);
    f("event", a.event);
    f("outcome", a.outcome);
    f("write", a.write);
    f("read", a.read);
    f("flag", a.flag);
    f("required", a.required);
    f("huge", a.huge);
    f("sequence", a.sequence);
  }

  Term<model::Task> task;
  Term<model::Mm> mm;
  Term<model::Mirror> mirror;
  Term<model::Window> window;
  Term<model::Classic> classic;
  Term<model::Page> page, source;
  Term<model::PageRange> pages;
  Term<model::FilePage> file_page;
  Term<model::FilePageRange> file_pages;
  Term<model::File> file;
  Term<model::Frame> frame;
  Term<model::Area> area;
  Term<model::EntryKind> kind;
  Term<model::WindowEvent> event;
  Term<model::Outcome> outcome;
  Term<bool> write, read, flag, required, huge;
  Term<model::Integer> sequence;

 private:
  template <class Sort>
  static Term<Sort> free(const std::string& prefix, const char* name) {
    return Term<Sort>::free((prefix + name).c_str());
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_TERM_H_
