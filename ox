#!/bin/sh
# Runs ox from a checkout: finds a JDK, builds when sources changed, then starts the command.
#
#   OX_JAVA_HOME   the JDK to use (25 or later); otherwise JAVA_HOME, PATH and the usual folders
set -u
# Names of files are bytes; Java keeps all of them only where the locale is UTF-8.
export LC_ALL=C.UTF-8

link=$0
while [ -L "$link" ]; do
  target=$(readlink "$link")
  case $target in
    /*) link=$target ;;
    *) link=$(dirname "$link")/$target ;;
  esac
done
case $link in
  */*) home=${link%/*} ;;
  *) home=. ;;
esac
case $home in
  /*) ;;
  *) home=$(cd "$home" && pwd) || exit 70 ;;
esac

state=$home/target/launcher
image=$home/dist/image
# shellcheck source=dist/jdk.sh
. "$home/dist/jdk.sh" || exit 70

# Whether something that goes into the program is newer than $1.
changed_since() {
  [ -e "$1" ] || return 0
  found=$(find "$home" \
    \( -name target -o -name .git -o -name test -o -name docs -o -name node_modules \
    -o -name .ox -o -path "$home/dist" -o -path "$home/bench" -o -path "$home/architecture" \) -prune \
    -o \( -name '*.java' -o -name pom.xml -o -path '*/src/main/*' \) -newer "$1" -print 2>/dev/null |
    head -n 1)
  [ -n "$found" ]
}

build() {
  if ! mkdir -p "$state" 2>/dev/null || ! [ -w "$state" ]; then
    if [ -e "$state/built" ]; then
      say "sources changed, but $state is not writable; running the earlier build"
      return 0
    fi
    say "not built yet, and $state is not writable" "run $home/ox once as the owner of the folder"
    exit 69
  fi
  # One build at a time; whoever waited finds it done.
  waited=0
  until mkdir "$state/lock" 2>/dev/null; do
    holder=$(cat "$state/lock/pid" 2>/dev/null) || holder=
    if [ "$waited" -gt 2 ] && { [ -z "$holder" ] || ! kill -0 "$holder" 2>/dev/null; }; then
      rm -rf "$state/lock"
      continue
    fi
    [ "$waited" -gt 1800 ] && say 'another build does not end' "see $state/build.log" && exit 75
    sleep 1
    waited=$((waited + 1))
  done
  printf '%s\n' "$$" >"$state/lock/pid"
  trap 'rm -rf "$state/lock"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  if changed_since "$state/built"; then
    say "building from source (a minute or two, only when sources change)"
    : >"$state/begun"
    if ! (cd "$home" && JAVA_HOME=$java_home MAVEN_OPTS='' ./mvnw -q -B -ntp -T 1C -P quick package -pl cli -am) >"$state/build.log" 2>&1 </dev/null; then
      grep -E '^\[ERROR\]' "$state/build.log" | head -n 20 >&2
      say 'the build failed' "see $state/build.log"
      exit 70
    fi
    # Each build has a folder of its own: a running ox keeps the one it started from.
    number=$(date +%s)-$$
    lib=$state/lib/$number
    mkdir -p "$lib" && cp -p "$home"/cli/target/lib/*.jar "$lib/" &&
      cp -p "$home"/cli/target/oxbow-cli-*.jar "$lib/ox.jar" || exit 70
    # Tests of providers run in a process of their own, with libraries that nothing else opens.
    if [ -d "$home/cli/target/lib/kit" ]; then
      mkdir -p "$lib/kit" && cp -p "$home"/cli/target/lib/kit/*.jar "$lib/kit/" || exit 70
    fi
    unpack_native "$lib"
    # Starts are faster with classes laid out ahead of time; without, they are only slower.
    # shellcheck disable=SC2086  # the flags are words
    OX_DATA_DIR=$state/rehearsal "$java_home/bin/java" -XX:AOTCacheOutput="$lib/ox.aot" $flags \
      "-Dorg.sqlite.lib.path=$lib" -jar "$lib/ox.jar" rehearse >>"$state/build.log" 2>&1 </dev/null || rm -f "$lib/ox.aot"
    printf '%s\n' "$java_home" >"$state/jdk"
    printf '%s\n' "$number" >"$state/current"
    # What was changed while the build ran counts as newer than it.
    mv "$state/begun" "$state/built"
    find "$state/lib" -mindepth 1 -maxdepth 1 -type d -mtime +1 ! -name "$number" -exec rm -rf {} +
  fi
  rm -rf "$state/lock"
  trap - EXIT INT TERM HUP
}

flags='-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:disable -Xlog:all=error:stderr
  -XX:-UsePerfData -Xmx1g --enable-native-access=ALL-UNNAMED -Dfile.encoding=UTF-8
  -Dsun.jnu.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8'

if [ -x "$image/bin/ox" ] && ! changed_since "$image/built"; then
  exec "$image/bin/ox" "$@"
fi

known_jdk=
[ -r "$state/jdk" ] && IFS= read -r known_jdk <"$state/jdk"
find_jdk || no_jdk
changed_since "$state/built" && build
IFS= read -r number <"$state/current"
lib=$state/lib/$number
# The version needs so few classes that opening the cache would take longer than it saves.
aot=
[ -e "$lib/ox.aot" ] && [ "${1-}" != --version ] && aot="-XX:AOTCache=$lib/ox.aot"
# shellcheck disable=SC2086  # the flags are words
exec "$java_home/bin/java" ${aot:+"$aot"} $flags "-Dorg.sqlite.lib.path=$lib" -jar "$lib/ox.jar" "$@"
