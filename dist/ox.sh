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
exec "$home/runtime/bin/java" -XX:AOTCache="$home/lib/ox.aot" @FLAGS@ -jar "$home/lib/ox.jar" "$@"
