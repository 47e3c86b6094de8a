// Whether a text is one JSON value. Strict, and as large as the tests need.

#ifndef MIRRORCHECK_TESTS_TOOL_JSON_CHECK_H_
#define MIRRORCHECK_TESTS_TOOL_JSON_CHECK_H_

#include <cctype>
#include <string>
#include <string_view>

namespace mirrorcheck {

class JsonCheck {
 public:
  static bool good(std::string_view text) {
    JsonCheck check(text);
    return check.value() && (check.space(), check.text_.empty());
  }

 private:
  explicit JsonCheck(std::string_view text) : text_(text) {}

  void space() {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\n')) text_.remove_prefix(1);
  }
  bool take(std::string_view word) {
    space();
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  bool string() {
    if (!take("\"")) return false;
    while (!text_.empty() && text_[0] != '"') {
      if (static_cast<unsigned char>(text_[0]) < 0x20) return false;
      if (text_[0] == '\\') {
        text_.remove_prefix(1);
        if (text_.empty() ||
            std::string_view("\"\\/bfnrtu").find(text_[0]) == std::string_view::npos) {
          return false;
        }
      }
      text_.remove_prefix(1);
    }
    return take("\"");
  }
  bool number() {
    std::size_t n = 0;
    while (n < text_.size() && (std::isdigit(static_cast<unsigned char>(text_[n])) != 0 ||
                                text_[n] == '.' || text_[n] == '-')) {
      ++n;
    }
    text_.remove_prefix(n);
    return n != 0;
  }
  template <class Item>
  bool list(std::string_view end, Item item) {
    if (take(end)) return true;
    do {
      if (!item()) return false;
    } while (take(","));
    return take(end);
  }
  bool value() {
    space();
    if (take("{")) {
      return list("}", [this] { return string() && take(":") && value(); });
    }
    if (take("[")) {
      return list("]", [this] { return value(); });
    }
    if (take("true") || take("false") || take("null")) return true;
    return text_.starts_with('"') ? string() : number();
  }

  std::string_view text_;
};

}  // namespace mirrorcheck

#endif  // MIRRORCHECK_TESTS_TOOL_JSON_CHECK_H_
