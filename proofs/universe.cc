#include "proofs/universe.h"

#include <bit>

#include "proofs/check.h"

namespace mirrorcheck::proofs {

thread_local Universe* Universe::current_ = nullptr;

Universe& Universe::current() {
  check(current_ != nullptr, "a term is made outside any universe");
  return *current_;
}

Universe::Universe(std::optional<Sizes> sizes, unsigned counter_bits)
    : sizes_(sizes),
      counter_bits_(sizes ? sizes->counter_bits : counter_bits),
      true_(context_.bool_val(true)),
      false_(context_.bool_val(false)) {
  for (std::size_t i = 0; i < Sorts::kSize; ++i) {
    const SortId id{static_cast<std::uint8_t>(i)};
    if (id == kSort<bool>) {
      sorts_.push_back(context_.bool_sort());
    } else if (id == kSort<model::Integer>) {
      sorts_.push_back(counter_bits_ == 0 ? context_.int_sort() : context_.bv_sort(counter_bits_));
    } else if (is_enumeration(id)) {
      sorts_.push_back(
          context_.bv_sort(static_cast<unsigned>(std::bit_width(enumeration_size(id) - 1))));
    } else if (!bounded()) {
      sorts_.push_back(context_.uninterpreted_sort(name(id)));
    } else if (id == kSort<model::PageRange>) {
      sorts_.push_back(context_.bv_sort(sizes_->pages()));
    } else if (id == kSort<model::FilePageRange>) {
      sorts_.push_back(context_.bv_sort(sizes_->file_pages()));
    } else {
      // One value more than there are things, for "none" where no id 0 stands for it.
      sorts_.push_back(context_.bv_sort(static_cast<unsigned>(std::bit_width(count(id)))));
    }
  }
}

unsigned Universe::count(SortId id) const {
  const std::array<unsigned, 9> counts{sizes_->mms,          sizes_->pages(),  sizes_->files,
                                       sizes_->file_pages(), sizes_->frames(), sizes_->tasks,
                                       sizes_->mirrors,      sizes_->classics, sizes_->windows};
  return counts[static_cast<std::size_t>(id)];
}

z3::expr Universe::value(SortId id, std::uint64_t number) {
  if (id == kSort<bool>) return truth(number != 0);
  auto& known = values_[static_cast<std::size_t>(id)];
  const bool few = number < 256;
  if (few && number < known.size()) return known[number];
  auto make = [&](std::uint64_t n) {
    if (!bounded() && is_id(id)) {
      if (id == kSort<model::Frame> && n < 2) {
        return context_.constant(n == 0 ? "kNoFrame" : "kZeroFrame", sort(id));
      }
      check(id == kSort<model::FilePage> && n == 0, "an unbounded universe has no such value");
      return context_.constant("kNoFilePage", sort(id));
    }
    if (counter_bits_ == 0 && id == kSort<model::Integer>) return context_.int_val(n);
    check(!(is_range(id) && !bounded()), "a range of an unbounded universe has no name");
    return context_.bv_val(n, sort(id).bv_size());
  };
  if (!few || is_range(id)) return make(number);
  while (known.size() <= number && !(is_id(id) && !bounded())) known.push_back(make(known.size()));
  return is_id(id) && !bounded() ? make(number) : known[number];
}

z3::expr Universe::variable(SortId id, const char* mark) {
  return context_.constant((std::string(mark) + name(id)).c_str(), sort(id));
}

std::vector<z3::expr> Universe::axioms() {
  std::vector<z3::expr> all;
  if (bounded()) return all;
  const z3::expr none = value(kSort<model::Frame>, 0);
  const z3::expr zero = value(kSort<model::Frame>, 1);
  all.push_back(none != zero);
  const z3::func_decl block =
      context_.function("is_block", sort(kSort<model::Frame>), context_.bool_sort());
  all.push_back(!block(none));
  all.push_back(!block(zero));
  const z3::func_decl device =
      context_.function("is_device", sort(kSort<model::Frame>), context_.bool_sort());
  all.push_back(!device(none));
  all.push_back(!device(zero));
  const z3::func_decl swap =
      context_.function("is_swap", sort(kSort<model::Frame>), context_.bool_sort());
  all.push_back(!swap(none));
  all.push_back(!swap(zero));
  const z3::expr frame = context_.constant("f", sort(kSort<model::Frame>));
  all.push_back(z3::forall(frame, !swap(frame) || (!device(frame) && !block(frame))));
  for (const auto& [range_id, id] :
       {std::pair{kSort<model::PageRange>, kSort<model::Page>},
        std::pair{kSort<model::FilePageRange>, kSort<model::FilePage>}}) {
    const z3::sort& range = sort(range_id);
    const z3::func_decl in = context_.function("in", range, sort(id), context_.bool_sort());
    const z3::func_decl overlap = context_.function("overlap", range, range, context_.bool_sort());
    const z3::expr a = context_.constant("a", range);
    const z3::expr b = context_.constant("b", range);
    const z3::expr x = context_.constant("x", sort(id));
    all.push_back(z3::forall(a, b, x, z3::implies(in(a, x) && in(b, x), overlap(a, b))));
  }
  // The runs of pages that huge entries map cut all pages into parts.
  const z3::sort& page = sort(kSort<model::Page>);
  const z3::sort& pages = sort(kSort<model::PageRange>);
  const z3::func_decl in = context_.function("in", pages, page, context_.bool_sort());
  const z3::func_decl huge_of = context_.function("huge_of", page, pages);
  const z3::expr p = context_.constant("p", page);
  const z3::expr q = context_.constant("q", page);
  all.push_back(z3::forall(p, in(huge_of(p), p)));
  all.push_back(z3::forall(p, q, z3::implies(in(huge_of(p), q), huge_of(p) == huge_of(q))));
  return all;
}

}  // namespace mirrorcheck::proofs
