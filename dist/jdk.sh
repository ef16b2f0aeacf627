# shellcheck shell=sh
# Finds a JDK; to be read by the scripts of this repository with '.'.
#
#   find_jdk           sets java_home, or fails; known_jdk is tried before the search
#   no_jdk             says how to get one and exits 69
#   unpack_native DIR  lays the native part of SQLite beside its jar; without, it is unpacked to /tmp
#                      at every start
#   say LINE [ADVICE]  prints a failure: what and why, then what to do

need=25

say() {
  printf 'ox: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '    %s\n' "$line" >&2; done
}

# Major version of the JDK in $1, read from its release file; empty if there is none.
major_of() {
  major=
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
  while IFS= read -r entry; do
    case $entry in
      JAVA_VERSION=*)
        major=${entry#*\"}
        major=${major%%[!0-9]*}
        ;;
    esac
  done <"$1/release"
}

suits() {
  major_of "$1"
  [ -n "$major" ] && [ "$major" -ge "$need" ] && [ -x "$1/bin/javac" ]
}

find_jdk() {
  if [ -n "${OX_JAVA_HOME-}" ]; then
    suits "$OX_JAVA_HOME" && java_home=$OX_JAVA_HOME && return 0
    say "OX_JAVA_HOME=$OX_JAVA_HOME is not a JDK $need or later" 'unset it, or point it to one'
    exit 69
  fi
  if [ -n "${JAVA_HOME-}" ] && suits "$JAVA_HOME"; then
    java_home=$JAVA_HOME
    return 0
  fi
  java_home=${known_jdk-}
  [ -n "$java_home" ] && suits "$java_home" && return 0
  on_path=$(command -v java 2>/dev/null) || on_path=
  if [ -n "$on_path" ]; then
    real=$(readlink -f "$on_path" 2>/dev/null) || real=$on_path
    java_home=${real%/bin/java}
    suits "$java_home" && return 0
  fi
  user=${HOME:-/}
  for java_home in \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*jdk* \
    "$user"/.sdkman/candidates/java/* "$user"/.jdks/* "$user"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$user"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    suits "$java_home" && return 0
  done
  return 1
}

# Names a package of this platform that brings a JDK; empty if there is none.
jdk_package() {
  package=
  if command -v apt-get >/dev/null 2>&1; then
    for name in openjdk-25-jdk-headless temurin-25-jdk; do
      if apt-cache policy "$name" 2>/dev/null | grep -q 'Candidate: [0-9]'; then
        package="apt-get install -y $name"
        break
      fi
    done
  elif command -v dnf >/dev/null 2>&1; then
    package='dnf install -y java-25-openjdk-devel'
  elif command -v zypper >/dev/null 2>&1; then
    package='zypper --non-interactive install java-25-openjdk-devel'
  elif command -v apk >/dev/null 2>&1; then
    package='apk add openjdk25-jdk'
  elif command -v pacman >/dev/null 2>&1; then
    package='pacman -S --noconfirm jdk-openjdk'
  elif command -v brew >/dev/null 2>&1; then
    package='brew install openjdk'
  fi
}

no_jdk() {
  jdk_package
  say "no JDK $need or later found; get one with: ${package:-https://adoptium.net/installation and set OX_JAVA_HOME to it}"
  exit 69
}

unpack_native() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) inside=org/sqlite/native/Linux/x86_64 ;;
    Linux-aarch64) inside=org/sqlite/native/Linux/aarch64 ;;
    *) return 0 ;;
  esac
  # The library for another C library is found by SQLite's own loader.
  for loader in /lib/ld-musl-*; do [ -e "$loader" ] && return 0; done
  (
    cd "$1" && set -- sqlite-jdbc-*.jar && [ -e "$1" ] && [ -x "$java_home/bin/jar" ] &&
      "$java_home/bin/jar" -xf "$1" "$inside/libsqlitejdbc.so" &&
      mv "$inside/libsqlitejdbc.so" . && rm -r org
  ) || return 0
}
