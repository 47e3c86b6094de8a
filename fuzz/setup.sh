# What fuzz/run and tests/run share: install what is missing, configure, build.
#
# Sourced by a POSIX shell with the tree's top as working directory. Every failure that is the
# user's or the machine's ends in one line on standard error and exit code 2.
# shellcheck shell=sh
# shellcheck disable=SC2034  # the lists are for those who source this

# Needed to build anything at all. g++ also brings the C++ library that clang uses.
build_packages="cmake ninja-build g++ patch clang-19 libclang-rt-19-dev afl++ zlib1g-dev
  libabsl-dev libboost-dev libboost-context-dev libz3-dev libgtest-dev libgmock-dev libbenchmark-dev"
# Needed by the tests only.
test_packages="clang-format-19 clang-tidy-19 shellcheck cvc5"
# The kernel whose code is an implementation under test. Not every distribution has it, and everything
# else is tested without.
kernel_package="linux-source-6.12"

build_dir=build
jobs=  # empty: as many as ninja likes
least_space_kb=1500000  # all four build trees, with room to run

fail() {
  echo "mirrorcheck: $*" >&2
  exit 2
}

free_kb() { df -Pk "$build_dir" | awk 'NR == 2 { print $4 }'; }

# The build directory, writable, and ours alone until this process lets go of file 9.
prepare_build_dir() {
  if ! { mkdir -p "$build_dir" && : >>"$build_dir/.lock"; } 2>/dev/null; then
    fail "cannot write to $PWD/$build_dir (read-only, full, or not yours);" \
      "use a copy of the tree that you may write to"
  fi
  if [ ! -e "$build_dir/build.ninja" ] && [ "$(free_kb)" -lt "$least_space_kb" ]; then
    fail "$(($(free_kb) / 1024)) MB are free for $PWD/$build_dir and a build takes up to" \
      "$((least_space_kb / 1024)); free some space"
  fi
  exec 9>"$build_dir/.lock"
  if ! flock -n 9; then
    echo "mirrorcheck: waiting for another build in $PWD/$build_dir" >&2
    flock 9
  fi
}

# missing_packages PACKAGE...: those that are not installed.
missing_packages() {
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null |
    awk -v wanted="$*" '
      $1 == "installed" { there[$2] = 1 }
      END {
        count = split(wanted, name)
        for (i = 1; i <= count; ++i) if (!(name[i] in there)) printf "%s ", name[i]
      }'
}

# Sets `root` to what makes a command root's.
become_root() {
  if [ "$(id -u)" -eq 0 ]; then
    root=
  else
    root=sudo
    command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }
  fi
}

# apt_install PACKAGE...
apt_install() {
  {
    $root apt-get -q update &&
      $root env DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends "$@"
  } >&2
}

# For tests/run. Whoever says no is not asked again until this file is newer.
install_kernel_source() {
  stamp="$build_dir/.packages-kernel"
  if [ -e "$stamp" ] && [ -z "$(find fuzz/setup.sh -newer "$stamp")" ]; then return; fi
  if [ -n "$(missing_packages "$kernel_package")" ]; then
    echo "mirrorcheck: installing $kernel_package" >&2
    { become_root && apt_install "$kernel_package"; } ||
      echo "mirrorcheck: $kernel_package is not to be had here; the kernel's own code is not tested" >&2
  fi
  : >"$stamp"
}

# install_packages STAMP PACKAGE...: nothing to do while the stamp is younger than this file.
install_packages() {
  stamp="$build_dir/.packages-$1"
  shift
  if [ -e "$stamp" ] && [ -z "$(find fuzz/setup.sh -newer "$stamp")" ] &&
    command -v clang++-19 cmake ninja >/dev/null; then
    return
  fi
  command -v dpkg-query apt-get >/dev/null ||
    fail "needs apt (Debian 12, or Ubuntu 24.04 or newer) to find these packages: $*"
  missing=$(missing_packages "$@")
  if [ -n "$missing" ]; then
    echo "mirrorcheck: installing ${missing% }" >&2
    become_root ||
      fail "missing packages and neither root nor sudo to install them;" \
        "run as root: apt-get install -y --no-install-recommends ${missing% }"
    # shellcheck disable=SC2086  # words on purpose
    apt_install $missing || fail "apt-get could not install ${missing% }; see its message above"
  fi
  command -v clang++-19 cmake ninja >/dev/null ||
    fail "clang++-19, cmake or ninja is not in PATH although its package is installed"
  : >"$stamp"
}

# A step of the build failed: tell a full disk, which is the machine's, from the tree's own errors.
build_failed() {
  [ "$(free_kb)" -ge 20000 ] ||
    fail "the disk that holds $PWD/$build_dir is full; free some space and start again"
  echo "mirrorcheck: the build in $PWD/$1 failed; see the message above" >&2
  exit 1
}

# configure DIRECTORY CMAKE-ARGUMENT...: once; afterwards ninja reruns cmake when it has to.
configure() {
  tree=$1
  shift
  if [ ! -e "$tree/build.ninja" ]; then
    echo "mirrorcheck: configuring $tree" >&2
    cmake -S . -B "$tree" -G Ninja "$@" >"$build_dir/configure.log" 2>&1 ||
      { cat "$build_dir/configure.log" >&2; rm -f "$tree/CMakeCache.txt"; build_failed "$tree"; }
  fi
}

configure_main() {
  configure "$build_dir" -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19
}

# build DIRECTORY TARGET
build() {
  if run_ninja "$@"; then return; fi
  # Headers of a package that was upgraded meanwhile may be older than what was compiled of them, and
  # so may clang itself: ninja sees no change, and clang refuses.
  if grep -qiE 'precompiled header|PCH file' "$1/last-build.log"; then
    echo "mirrorcheck: system headers have changed, compiling anew" >&2
    find "$1" -name '*.pch' -exec rm -f {} +
    if run_ninja "$@"; then return; fi
  fi
  cat "$1/last-build.log" >&2
  build_failed "$1"
}

# The broken mirrors that the arguments name. There are many, so that a campaign builds what it asks for.
wanted_mutants() {
  for word in "$@"; do
    case $word in
      mutant:* | --impl=mutant:*) id=${word#*mutant:} ;;
      *) continue ;;
    esac
    case $id in
      *[!A-Za-z0-9-]*) ;;
      *) if [ -e "tests/mutants/$id.patch" ]; then echo "$id"; fi ;;
    esac
  done
}

# Not more than `jobs` compilers at a time, if that is set.
run_ninja() { ninja -C "$1" ${jobs:+-j "$jobs"} "$2" >"$1/last-build.log" 9>&-; }
