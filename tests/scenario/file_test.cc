#include "fuzz/scenario/file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/container.h"
#include "fuzz/scenario/text.h"
#include "tests/scenario/wild_scenario.h"

namespace mirrorcheck::fuzz {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "scenario_test.XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { fs::remove_all(directory_); }

  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  std::string with(const std::string& name, const std::string& content) const {
    std::ofstream(path(name), std::ios::binary) << content;
    return path(name);
  }
  static std::string content(const std::string& name) {
    std::ostringstream out;
    out << std::ifstream(name, std::ios::binary).rdbuf();
    return out.str();
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory_), fs::directory_iterator()));
  }

  fs::path directory_;
};

std::string message(const ScenarioOrError& result) {
  const Error* error = std::get_if<Error>(&result);
  return error == nullptr ? "no error" : error->message;
}
std::string message(const std::optional<Error>& error) {
  return error ? error->message : "no error";
}

TEST_F(FileTest, TextAndContainerAreRecognised) {
  const Scenario scenario = wild_scenario(5, true);
  Scenario plain = scenario;
  plain.expectations = Expectations{};
  ASSERT_EQ(message(write_text_file(path("a"), scenario)), "no error");
  ASSERT_EQ(message(write_container_file(path("b"), scenario)), "no error");
  ASSERT_EQ(message(write_raw_file(path("c"), scenario)), "no error");
  EXPECT_EQ(std::get<Scenario>(read_scenario_file(path("a"))), scenario);
  EXPECT_EQ(std::get<Scenario>(read_scenario_file(path("b"))), plain);
  EXPECT_EQ(std::get<Scenario>(read_raw_file(path("c"))), plain);
  EXPECT_EQ(content(path("a")), format(scenario));
  EXPECT_EQ(content(path("c")).size(), encode(scenario).size());
  EXPECT_EQ(files(), 3U) << "a temporary file was left behind";
}

TEST_F(FileTest, WhatCannotBeRead) {
  EXPECT_EQ(message(read_scenario_file(path("none"))), "there is no such file: check the path");
  EXPECT_EQ(message(read_scenario_file(directory_.string())),
            "is a directory: name a scenario file in it");
  EXPECT_EQ(message(read_raw_file(directory_.string())),
            "is a directory: name a scenario file in it");
  EXPECT_EQ(message(read_scenario_file(with("empty", ""))),
            "is empty: if it is a raw fuzzer input, use --raw");
  EXPECT_EQ(message(read_scenario_file(with("other",
                                            "\x7f"
                                            "ELF"))),
            "is no scenario, neither text nor bytes: if it is a raw fuzzer input, use --raw");
  EXPECT_EQ(message(read_scenario_file(with("long", std::string(kMaxFileBytes + 1, 'x')))),
            "too long for a scenario: at most 1048576 bytes; is it the right file?");
  EXPECT_EQ(message(read_scenario_file(with("newer", "mirrorcheck scenario 7\n"))),
            "needs a newer mirrorcheck (this one reads version 1)");
  EXPECT_EQ(message(read_scenario_file(path("newer") + "/x")),
            "cannot be read: Not a directory; copy it elsewhere and try again");
}

TEST_F(FileTest, ErrorsInFilesHaveAPlace) {
  const std::string name = with("bad", "mirrorcheck scenario 1\ntasks t0:mm7\n");
  const ScenarioOrError result = read_scenario_file(name);
  ASSERT_TRUE(std::holds_alternative<Error>(result));
  EXPECT_TRUE(std::get<Error>(result).to_string().starts_with(name + ":2:12: "));
}

TEST_F(FileTest, ADamagedContainerIsNoticed) {
  ASSERT_EQ(message(write_container_file(path("a"), wild_scenario(1, false))), "no error");
  const std::string whole = content(path("a"));
  EXPECT_TRUE(message(read_scenario_file(with("cut", whole.substr(0, whole.size() - 1))))
                  .starts_with("truncated: "));
  std::string flipped = whole;
  flipped[40] = static_cast<char>(flipped[40] ^ 4);
  EXPECT_EQ(message(read_scenario_file(with("flipped", flipped))),
            "damaged: the checksum does not match; copy the original again");
}

TEST_F(FileTest, WhatCannotBeWritten) {
  const Scenario scenario = wild_scenario(1, false);
  EXPECT_EQ(message(write_text_file(path("none/a"), scenario)),
            "cannot be written: its directory does not exist; create it first");
  with("file", "x");
  EXPECT_EQ(message(write_text_file(path("file/a"), scenario)),
            "cannot be written: its directory does not exist; create it first");
  fs::create_directory(path("there"));
  EXPECT_EQ(message(write_text_file(path("there"), scenario)),
            "cannot be written: it is a directory; name a file in it");
  EXPECT_EQ(files(), 2U) << "a temporary file was left behind";
}

[[noreturn]] void write_with_little_room(const std::string& path) {
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit = {.rlim_cur = 64, .rlim_max = 64};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  const std::optional<Error> error = write_text_file(path, wild_scenario(2, false));
  std::cerr << message(error);
  ::_exit(error ? 0 : 1);
}

// A limit on the size of files stands in for a full disk: both make write() fail after a part of
// the content. The old content stays.
TEST_F(FileTest, AFailedWriteKeepsTheOldFile) {
  const Scenario old = wild_scenario(1, false);
  ASSERT_EQ(message(write_text_file(path("a"), old)), "no error");
  EXPECT_EXIT(write_with_little_room(path("a")), testing::ExitedWithCode(0),
              "cannot be written: File too large; choose another place");
  EXPECT_EQ(std::get<Scenario>(read_scenario_file(path("a"))), old);
  EXPECT_EQ(files(), 1U) << "a temporary file was left behind";
}

}  // namespace
}  // namespace mirrorcheck::fuzz
