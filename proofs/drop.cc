#include "proofs/drop.h"

#include <algorithm>
#include <charconv>

namespace mirrorcheck::proofs {

Drop::Drop(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  rule_ = text.substr(0, slash);
  if (slash < text.size()) part_ = text.substr(slash + 1);
  const char* end = part_.data() + part_.size();
  const auto parsed = std::from_chars(part_.data(), end, number_);
  if (parsed.ec != std::errc{} || parsed.ptr != end) number_ = 0;
}

bool Drop::clause(std::string_view rule, const model::Clause& clause, std::size_t number) const {
  return rule == rule_ && (part_.empty() || part_ == clause.id || number == number_);
}

bool Drop::field(std::string_view rule, std::string_view field) const {
  return rule == rule_ && field == part_;
}

}  // namespace mirrorcheck::proofs
