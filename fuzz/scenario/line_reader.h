// Reading one line of a text form word by word, and remembering the first thing that is wrong.
//
// A word is a run of bytes without white space. The functions return false, or nothing, when the
// line does not go on as asked, and have then recorded an error that says what was expected and
// what is there instead. Only the first error is kept.
//
// Thread safety: a LineReader belongs to one thread.

#ifndef MIRRORCHECK_FUZZ_SCENARIO_LINE_READER_H_
#define MIRRORCHECK_FUZZ_SCENARIO_LINE_READER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fuzz/scenario/words.h"

namespace mirrorcheck::fuzz {

class LineReader {
 public:
  struct Problem {
    std::size_t column = 0;  // from 1, in bytes
    std::string message;
  };

  // `line` without its end; a comment (# to the end) is ignored.
  explicit LineReader(std::string_view line);

  bool at_end() const { return word_.empty(); }
  std::string_view word() const {
    return word_;
  }  // what is left of the current word; empty at the end
  const std::optional<Problem>& problem() const { return problem_; }

  // The current word as a whole. accept: no error if it is another one.
  bool accept(std::string_view wanted);
  bool expect(std::string_view wanted);
  bool expect_end();
  std::optional<std::uint32_t> expect_one_of(std::span<const NamedValue> names,
                                             std::string_view what);
  // Goes on to the next word, whatever the current one is.
  void skip();

  // Parts of the current word, from the left; expect_word_end() comes last and goes on to the next
  // word. `shape` is an example for the message: "a range of pages such as p4+2".
  bool accept_part(std::string_view wanted);
  bool expect_part(std::string_view wanted, std::string_view shape);
  // Decimal digits that make a number in [low, high].
  std::optional<unsigned> number(unsigned low, unsigned high, std::string_view shape);
  std::optional<std::uint32_t> hexadecimal(std::string_view shape);
  bool expect_word_end(std::string_view shape);

  // Records an error at the current word; returns false.
  bool fail(std::string message);
  // The current word for a message: in quotes, unprintable bytes escaped, long words cut.
  std::string found() const;

 private:
  std::string_view line_;
  std::string_view whole_;    // the current word
  std::string_view word_;     // what is left of it
  std::size_t position_ = 0;  // of word_ in line_
  std::optional<Problem> problem_;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCENARIO_LINE_READER_H_
