#include "fuzz/directed/candidates.h"

#include <utility>

namespace mirrorcheck::fuzz {

using impl::Call;
using impl::Operation;
using model::Rule;

namespace {

constexpr std::uint8_t kReadWrite = impl::kProtRead | impl::kProtWrite;
// Where nothing that is wanted lives.
constexpr std::uint8_t kElsewhere = model::kPagesPerMm - 1;
constexpr std::uint8_t kOtherMirror = model::kMirrors - 1;

std::uint8_t index8(model::Page page) { return static_cast<std::uint8_t>(index_of(page)); }
std::uint8_t index8(model::FilePage page) { return static_cast<std::uint8_t>(index_of(page)); }
std::uint8_t count8(model::PageRange pages) {
  return static_cast<std::uint8_t>(1 + static_cast<int>(pages.last) -
                                   static_cast<int>(pages.first));
}

Operation on_page(Call call, model::Page page, std::uint8_t prot = 0) {
  return {.call = call, .page = index8(page), .prot = prot};
}
Operation on_pages(Call call, model::PageRange pages, std::uint8_t prot = 0) {
  return {.call = call, .page = index8(pages.first), .count = count8(pages), .prot = prot};
}
Operation of_mirror(Call call, model::Mirror mirror, model::PageRange pages) {
  Operation operation = on_pages(call, pages);
  operation.mirror = static_cast<std::uint8_t>(mirror);
  return operation;
}
Operation of_file(Call call, model::File file, std::uint8_t index = 0) {
  return {.call = call, .file = file, .index = index};
}
Operation of_file_page(Call call, model::FilePage page) {
  return of_file(call, file_of(page), index8(page));
}

Operation map(const model::Arguments& a) {
  switch (a.area) {
    case model::Area::kFile:
    case model::Area::kDax: {
      Operation operation = on_pages(a.flag       ? Call::kMmapPrivate
                                     : a.required ? Call::kMmapSync
                                                  : Call::kMmapFile,
                                     a.pages, kReadWrite);
      operation.file = file_of(a.file_page);
      operation.index = index8(a.file_page);
      return operation;
    }
    case model::Area::kHugetlb:
      return on_pages(Call::kMmapHugetlb, a.pages, kReadWrite);
    case model::Area::kSpecial:
      return on_pages(Call::kMmapSpecial, a.pages, kReadWrite);
    default:
      return on_pages(Call::kMmapAnon, a.pages, kReadWrite);
  }
}

// What takes entries away, the plainest first.
std::vector<Operation> takes_away(model::PageRange pages) {
  return {on_pages(Call::kMadviseDontneed, pages),
          on_pages(Call::kMunmap, pages),
          on_pages(Call::kMprotect, pages, impl::kProtRead),
          on_pages(Call::kMprotect, pages),
          {.call = Call::kOomReap}};
}

std::vector<Operation> shrinks(model::File file, std::uint8_t index) {
  return {of_file(Call::kFtruncate, file), of_file(Call::kPunchHole, file, index)};
}

}  // namespace

bool prepares(Rule rule) {
  switch (rule) {
    case Rule::kPublish:
    case Rule::kInsert:
    case Rule::kClassicRegister:
    case Rule::kMap:
    case Rule::kPopulate:
    case Rule::kFill:
      return true;
    default:
      return false;
  }
}

model::Mm mm_of(const WantedStep& wanted) {
  const model::Arguments& a = wanted.arguments;
  switch (wanted.rule) {
    case Rule::kPublish:
    case Rule::kInsert:
    case Rule::kStart:
    case Rule::kMap:
    case Rule::kUnmap:
    case Rule::kProtect:
    case Rule::kClassicRegister:
      return a.mm;
    default:
      return model::mm_of(a.page);
  }
}

std::vector<Operation> candidates(const WantedStep& wanted) {
  const model::Arguments& a = wanted.arguments;
  const model::PageRange page{a.page, a.page};
  using enum Rule;
  switch (wanted.rule) {
    case kPublish:
      return {of_mirror(Call::kMirrorOpen, a.mirror, a.pages),
              of_mirror(Call::kMirrorOpen, model::Mirror(kOtherMirror),
                        {page_of(a.mm, kElsewhere), page_of(a.mm, kElsewhere)})};
    case kInsert:
      return {of_mirror(Call::kMirrorOpen, a.mirror, a.pages)};
    case kClassicRegister:
      return {{.call = Call::kNotifierRegister,
               .prot = a.flag ? kReadWrite : std::uint8_t{0},
               .mirror = static_cast<std::uint8_t>(a.classic)}};
    case kMap:
      return {map(a)};
    case kUnmap:
      return {on_pages(Call::kMunmap, a.pages)};
    case kProtect:
      return {on_pages(Call::kMprotect, a.pages, impl::kProtRead)};
    case kPopulate:
      return {on_page(Call::kStore, a.page), on_page(Call::kLoad, a.page)};
    case kUpgrade:
      return {on_page(Call::kStore, a.page)};
    case kStart:
      return takes_away(a.pages);
    case kRefuse:
      return {{.call = Call::kOomReap}};
    case kZap:
      return takes_away(page);
    case kWriteProtect:
      return {{.call = Call::kFork},
              on_page(Call::kMprotect, a.page, impl::kProtRead),
              on_page(Call::kMprotect, a.page)};
    case kCopyEntry:
      return {{.call = Call::kFork}};
    case kBreak:
      return {on_page(Call::kMemoryFailure, a.page)};
    case kHide:
      if (a.kind == model::EntryKind::kPoisoned) return {on_page(Call::kMemoryFailure, a.page)};
      [[fallthrough]];
    case kMove:
    case kReveal:
      return {on_page(Call::kMovePages, a.page), on_page(Call::kReclaim, a.page)};
    case kUffdWp:
      return {on_page(a.flag ? Call::kUffdProtect : Call::kUffdUnprotect, a.page)};
    case kLazyFree:
      return {on_page(Call::kMadviseFree, a.page)};
    case kDiscard:
    case kEvict:
      return {on_page(Call::kReclaim, a.page)};
    case kJoin:
      return {on_pages(Call::kMadviseCollapse, model::huge_of(a.page)),
              on_page(Call::kStore, a.page)};
    case kSplit:
      return {on_page(Call::kSplitHuge, a.page), on_page(Call::kMadviseDontneed, a.page)};
    case kMoveEntry: {
      Operation move = on_page(Call::kUffdMove, a.source);
      move.target = index8(a.page);
      Operation remap = move;
      remap.call = Call::kMremap;
      return {move, remap};
    }
    case kMerge: {
      Operation merge = on_page(Call::kKsmMerge, a.source);
      merge.target = index8(a.page);
      return {merge};
    }
    case kReadBegin:
    case kReadRetry:
    case kInstall:
      return {of_mirror(Call::kDeviceRead, a.mirror, a.pages),
              of_mirror(Call::kDeviceWrite, a.mirror, a.pages)};
    case kProgram:
      return {of_mirror(Call::kMigrateToDevice, a.mirror, page),
              of_mirror(Call::kDeviceExclusive, a.mirror, page)};
    case kWalkPage:
      return {of_mirror(Call::kDeviceRead, a.mirror, page),
              of_mirror(Call::kDeviceWrite, a.mirror, page)};
    case kQuiesce:
    case kRemove:
      return {{.call = Call::kMirrorClose, .mirror = static_cast<std::uint8_t>(a.mirror)}};
    case kPin:
      return {on_page(Call::kPin, a.page, a.write ? impl::kProtWrite : std::uint8_t{0})};
    case kUnpin:
      return {{.call = Call::kUnpin}};
    case kFree: {
      std::vector<Operation> frees = a.file_page == model::kNoFilePage
                                         ? takes_away(page)
                                         : shrinks(file_of(a.file_page), index8(a.file_page));
      if (a.file_page == model::kNoFilePage) std::swap(frees[0], frees[1]);  // munmap first
      frees.push_back({.call = Call::kUnpin});
      return frees;
    }
    case kFill:
      return {of_file_page(Call::kPwrite, a.file_page)};
    case kClean:
    case kCommit:
      return {of_file(Call::kFsync, file_of(a.file_page))};
    case kDisconnect:
      return shrinks(file_of(a.file_page), index8(a.file_page));
    case kUnmapped:
    case kTruncated:
      return shrinks(a.file, a.file_pages.first <= a.file_pages.last ? index8(a.file_pages.first)
                                                                     : std::uint8_t{0});
    case kResize:
      return {of_file(Call::kFtruncate, a.file)};
    default:
      return {};
  }
}

}  // namespace mirrorcheck::fuzz
