#include "tests/proofs/evaluator.h"

#include <bit>
#include <charconv>

#include "proofs/check.h"

namespace mirrorcheck::proofs::testing {
namespace {

constexpr std::uint64_t kAll = ~std::uint64_t{0};

// How many values the sort has in the concrete world.
unsigned count_of(SortId sort) {
  using namespace mirrorcheck::model;
  constexpr std::array<unsigned, 9> kCounts{
      kMms, kPages, kFiles, kFilePages, kFrames, kTasks, kMirrors, kClassicNotifiers, kWindows};
  return kCounts[static_cast<std::size_t>(sort)];
}

SortId sort_named(const std::string& sort_name) {
  for (std::size_t i = 0; i < Sorts::kSize; ++i) {
    if (sort_name == kSortNames[i]) return SortId(i);
  }
  check(false, "evaluator: a sort of another universe");
  return {};
}

}  // namespace

Node Evaluator::compile(const z3::expr& term) {
  const unsigned id = Z3_get_ast_id(term.ctx(), term);
  if (const auto known = compiled_.find(id); known != compiled_.end()) return known->second;
  Code code = translate(term);
  const Node node = static_cast<Node>(code_.size());
  code_.push_back(std::move(code));
  values_.push_back(0);
  computed_.push_back(0);
  compiled_.emplace(id, node);
  kept_.push_back(term);
  return node;
}

void Evaluator::translate_constant(const std::string& name, Code& code) {
  if (name == "kNoFrame" || name == "kNoFilePage") return;
  if (name == "kZeroFrame") {
    code.number = 1;
    return;
  }
  if (name.starts_with("?")) {
    code.op = Op::kParameter;
    code.closed = false;
    code.extra = static_cast<std::uint32_t>(sort_named(name.substr(1)));
    return;
  }
  code.op = Op::kValue;
  for (const ArgumentValue& a : arguments_) {
    if (name.starts_with("argument ") && name.substr(9) == a.name) code.pointer = &a.value;
  }
  if (const std::size_t comma = name.find(','); comma != name.npos) {  // "field,key,key"
    const Table* table = tables_.find(name.substr(0, comma));
    check(table != nullptr, "evaluator: a field that the state does not have");
    std::size_t index = 0;
    const char* at = name.data() + comma;
    for (unsigned k = 0; k < table->dimensions; ++k) {
      std::size_t key = 0;
      at = std::from_chars(at + 1, name.data() + name.size(), key).ptr;
      index = index * table->counts[k] + key;
    }
    code.pointer = &table->cells[index];
  }
  check(code.pointer != nullptr, "evaluator: a constant without a meaning");
}

void Evaluator::translate_function(const z3::expr& term, Code& code) {
  const std::string function = term.decl().name().str();
  code.op = function == "in"             ? Op::kIn
            : function == "overlap"      ? Op::kOverlap
            : function == "mm_of"        ? Op::kMmOf
            : function == "file_of"      ? Op::kFileOf
            : function == "is_block"     ? Op::kIsBlock
            : function == "is_device"    ? Op::kIsDevice
            : function == "is_swap"      ? Op::kIsSwap
            : function == "huge_of"      ? Op::kHugeOf
            : function == "in_place"     ? Op::kInPlace
            : function == "owns"         ? Op::kOwns
            : function == "file_page_at" ? Op::kFilePageAt
                                         : Op::kTable;
  if (code.op == Op::kTable) {
    code.table = tables_.find(function);
    check(code.table != nullptr, "evaluator: a function without a meaning");
  }
}

Evaluator::Code Evaluator::translate(const z3::expr& term) {
  Code code;
  if (term.is_var()) {
    code.op = Op::kBound;
    code.closed = false;
    code.extra = Z3_get_index_value(term.ctx(), term);
    return code;
  }
  if (term.is_quantifier()) {
    check(Z3_get_quantifier_num_bound(term.ctx(), term) == 1, "evaluator: one variable at a time");
    code.op = term.is_forall() ? Op::kForall : Op::kExists;
    code.closed = false;
    const z3::sort sort(term.ctx(), Z3_get_quantifier_bound_sort(term.ctx(), term, 0));
    code.extra = static_cast<std::uint32_t>(sort_named(sort.name().str()));
    code.operands.push_back(compile(term.body()));
    return code;
  }
  if (term.is_numeral()) {
    std::int64_t n = 0;
    check(term.is_numeral_i64(n), "evaluator: a number that is too large");
    code.number = static_cast<std::uint64_t>(n);
    return code;
  }
  const z3::sort sort = term.get_sort();
  code.number = sort.is_bv() ? (std::uint64_t{1} << sort.bv_size()) - 1 : kAll;
  const Z3_decl_kind kind = term.decl().decl_kind();
  switch (kind) {
    case Z3_OP_TRUE:
    case Z3_OP_FALSE:
      code.number = kind == Z3_OP_TRUE;
      return code;
    case Z3_OP_UNINTERPRETED:
      if (term.num_args() == 0) {
        code.number = 0;
        translate_constant(term.decl().name().str(), code);
        if (code.op == Op::kValue)
          code.number = sort.is_bv() ? (std::uint64_t{1} << sort.bv_size()) - 1 : kAll;
        return code;
      }
      translate_function(term, code);
      break;
    case Z3_OP_NOT:
      code.op = Op::kNot;
      break;
    case Z3_OP_AND:
      code.op = Op::kAnd;
      break;
    case Z3_OP_OR:
      code.op = Op::kOr;
      break;
    case Z3_OP_EQ:
    case Z3_OP_IFF:
      code.op = Op::kEqual;
      break;
    case Z3_OP_ITE:
      code.op = Op::kChoose;
      break;
    case Z3_OP_ADD:
    case Z3_OP_BADD:
      code.op = Op::kAdd;
      break;
    case Z3_OP_SUB:
    case Z3_OP_BSUB:
      code.op = Op::kSubtract;
      break;
    case Z3_OP_LT:
    case Z3_OP_ULT:
      code.op = Op::kLess;
      break;
    case Z3_OP_EXTRACT:
      code.op = Op::kExtract;
      code.extra = term.lo();
      break;
    case Z3_OP_ZERO_EXT:
      code.op = Op::kExtract;
      break;
    default:
      check(false, "evaluator: an operation that the interpretations do not use: " +
                       term.decl().name().str());
  }
  for (unsigned i = 0; i < term.num_args(); ++i) {
    const Node operand = compile(term.arg(i));
    code.closed = code.closed && code_[operand].closed;
    code.operands.push_back(operand);
  }
  return code;
}

std::uint64_t Evaluator::operator()(Node node) {
  const Code& code = code_[node];
  if (!code.closed) return compute(code);
  if (computed_[node] != now_) {
    values_[node] = compute(code);
    computed_[node] = now_;
  }
  return values_[node];
}

std::uint64_t Evaluator::compute(const Code& code) {
  const auto value = [&](std::size_t i) { return (*this)(code.operands[i]); };
  switch (code.op) {
    case Op::kNumber:
      return code.number;
    case Op::kValue:
      return *code.pointer & code.number;
    case Op::kParameter:
      return parameters_[code.extra];
    case Op::kBound:
      return bound_[bound_.size() - 1 - code.extra];
    case Op::kNot:
      return value(0) == 0;
    case Op::kAnd:
      for (std::size_t i = 0; i < code.operands.size(); ++i) {
        if (value(i) == 0) return 0;
      }
      return 1;
    case Op::kOr:
      for (std::size_t i = 0; i < code.operands.size(); ++i) {
        if (value(i) != 0) return 1;
      }
      return 0;
    case Op::kEqual:
      return value(0) == value(1);
    case Op::kChoose:
      return value(0) != 0 ? value(1) : value(2);
    case Op::kAdd: {
      std::uint64_t sum = 0;
      for (std::size_t i = 0; i < code.operands.size(); ++i) sum += value(i);
      return sum & code.number;
    }
    case Op::kSubtract: {
      std::uint64_t rest = value(0);
      for (std::size_t i = 1; i < code.operands.size(); ++i) rest -= value(i);
      return rest & code.number;
    }
    case Op::kLess:
      return value(0) < value(1);
    case Op::kExtract:
      return value(0) >> code.extra & code.number;
    case Op::kForall:
    case Op::kExists: {
      const bool until = code.op == Op::kExists;  // the value that decides
      bool result = !until;
      bound_.push_back(0);
      for (unsigned i = 0; i < count_of(SortId(code.extra)) && result != until; ++i) {
        bound_.back() = i;
        result = value(0) != 0;
      }
      bound_.pop_back();
      return result;
    }
    default:
      return compute_function(code);
  }
}

std::uint64_t Evaluator::compute_function(const Code& code) {
  const auto value = [&](std::size_t i) { return (*this)(code.operands[i]); };
  switch (code.op) {
    case Op::kTable: {
      std::size_t index = 0;
      for (unsigned k = 0; k < code.table->dimensions; ++k) {
        const std::uint64_t key = value(k);
        // Where a function is total and the concrete rules do not look, anything will do.
        if (key >= code.table->counts[k]) return 0;
        index = index * code.table->counts[k] + key;
      }
      return code.table->cells[index];
    }
    case Op::kIn:
      return value(0) >> value(1) & 1;
    case Op::kOverlap:
      return (value(0) & value(1)) != 0;
    case Op::kMmOf:
      return encode(model::mm_of(model::Page(value(0))));
    case Op::kFileOf: {
      const std::uint64_t page = value(0);
      return page == 0 ? model::kFiles : encode(model::file_of(model::FilePage(page)));
    }
    case Op::kIsBlock:
      return model::is_block(model::Frame(value(0)));
    case Op::kIsDevice:
      return model::is_device(model::Frame(value(0)));
    case Op::kIsSwap:
      return model::is_swap(model::Frame(value(0)));
    case Op::kHugeOf: {
      const model::PageRange run = model::huge_of(model::Page(value(0)));
      return ((std::uint64_t{1} << model::kPagesPerHuge) - 1) << static_cast<unsigned>(run.first);
    }
    case Op::kInPlace:
      return model::Concrete::in_place(model::Page(value(0)), model::Frame(value(1)),
                                       model::Page(value(2)), model::Frame(value(3)));
    case Op::kOwns:
      return model::Concrete::owns(model::Mirror(value(0)), model::Frame(value(1)));
    case Op::kFilePageAt:
      return value(0) + value(2) - static_cast<unsigned>(std::countr_zero(value(1)));
    default:
      check(false, "evaluator: an operation without a meaning");
      return 0;
  }
}

}  // namespace mirrorcheck::proofs::testing
