#!/bin/sh
# Starts ox from its self-contained image: no JDK is needed on this machine.
set -u
link=$0
while [ -L "$link" ]; do
  target=$(readlink "$link")
  case $target in
    /*) link=$target ;;
    *) link=${link%/*}/$target ;;
  esac
done
case $link in
  /*) home=${link%/bin/*} ;;
  *) home=$(cd "$(dirname "$link")/.." && pwd) || exit 70 ;;
esac
# Names of files are bytes; Java keeps all of them only where the locale is UTF-8.
export LC_ALL=C.UTF-8
# The version needs so few classes that opening the cache would take longer than it saves.
aot=-XX:AOTCache=$home/lib/ox.aot
[ "${1-}" = --version ] && aot=
exec "$home/runtime/bin/java" ${aot:+"$aot"} @FLAGS@ \
  "-Dorg.sqlite.lib.path=$home/lib" -jar "$home/lib/ox.jar" "$@"
