# The files that the style tests look at. Sourced by them.
# shellcheck shell=sh

# list_files TREE: paths of all files that belong to the project, relative to TREE. That is what git
# tracks, or, in an unpacked archive, everything but the build's output.
list_files() {
  if ! git -C "$1" ls-files 2>/dev/null; then
    (cd "$1" && find . -name build -prune -o -type f -print | sed 's|^\./||')
  fi | sort
}

list_sources() { list_files "$1" | grep -E '\.(h|cc)$'; }

# Shell scripts have that in their first line, or are sourced ones.
list_scripts() {
  list_files "$1" | while read -r file; do
    case "$file" in
      *.sh) echo "$file" ;;
      *) if head -c 64 "$1/$file" 2>/dev/null | head -n 1 | grep -aq '^#!.*sh$'; then echo "$file"; fi ;;
    esac
  done
}
