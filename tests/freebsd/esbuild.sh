#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Table freebsd: esbuild as npm has it for FreeBSD and for Linux, byte by byte
# vm: --share $build/tests/npm
# shellcheck source=tests/lib/tap.sh
. "${0%/*}/../tap.sh"

npm=/mnt
sum=8a237e222bee0e50556e7b00d83ec2ff43721bf72f19811a5f0ee56f1d40177c
started=

check "npm's packages are there (if not: make says why)" \
	test -x $npm/esbuild-0.28.2/freebsd/bin/esbuild -a -x $npm/esbuild-0.15.18/linux/bin/esbuild
check_out "it is the esbuild that we mean" "$sum  $npm/esbuild-0.28.2/freebsd/bin/esbuild" \
	sha256sum $npm/esbuild-0.28.2/freebsd/bin/esbuild

# Take the two builds of one version.
use() { # VERSION
	version=$1
	for system in linux freebsd; do
		cp "$npm/esbuild-$1/$system/bin/esbuild" /tmp/esbuild-$system
	done
}

# Run both builds with the same arguments; what they write to out/ goes to
# /tmp/SYSTEM.files, what they say to /tmp/SYSTEM.{out,err,status}.
both() { # ARGUMENT...
	for system in linux freebsd; do
		rm -rf out /tmp/$system.files && mkdir out
		/tmp/esbuild-$system "$@" >/tmp/$system.out 2>/tmp/$system.said </tmp/input
		echo $? >/tmp/$system.status
		sed -E 's/[0-9]+ms$/ms/' /tmp/$system.said >/tmp/$system.err
		mv out /tmp/$system.files
	done
}

agree() { # both said and wrote the same
	for what in out err status files; do
		diff -r /tmp/linux.$what /tmp/freebsd.$what || return
	done
}

same() { # NAME STATUS ARGUMENT...
	name="$version $1" want=$2
	shift 2
	both "$@"
	check "$name" agree
	check_out "$name: status" "$want" cat /tmp/freebsd.status
}

# What is wrong with several files is told in the order in which they are read.
same_in_any_order() { # NAME STATUS ARGUMENT...
	name="$version $1" want=$2
	shift 2
	both "$@"
	for system in linux freebsd; do
		sort -o /tmp/$system.err /tmp/$system.err
	done
	check "$name" agree
	check_out "$name: status" "$want" cat /tmp/freebsd.status
}

same_react() { # NAME ARGUMENT...
	name=$1
	shift
	same "react, $name" 0 app.jsx --bundle --define:process.env.NODE_ENV='"production"' "$@"
}

same_three() { # NAME ARGUMENT...
	name=$1
	shift
	same "three, $name" 0 node_modules/three/src/Three.js --bundle "$@"
}

wrote() { # NAME BYTES FILE: so that "the same" does not mean "nothing"
	check "$version $1: at least $2 bytes" test "$(wc -c </tmp/freebsd.files/"$3")" -ge "$2"
}

# What runs on, with its standard input held open by us; see stop().
start() { # SYSTEM ARGUMENT...
	system=$1
	shift
	rm -f /tmp/hold && mkfifo /tmp/hold
	/tmp/esbuild-"$system" "$@" >/tmp/started.out 2>/tmp/started.err </tmp/hold &
	started=$!
	exec 9>/tmp/hold
}

# It ends when its standard input does.
stop() { # NAME
	exec 9>&-
	check "$1" within 10 ended $started
	kill -9 $started 2>/dev/null
	wait $started 2>/dev/null
}

ended() { # PID
	! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status"
}

get() { # PATH: the whole answer, but for the date
	printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$1" | nc 127.0.0.1 8000 | grep -v ^Date:
}

answers() {
	wget -q -O /dev/null http://127.0.0.1:8000/
}

mkdir /tmp/work && cd /tmp/work || exit
cp -r $npm/node_modules .
cat >app.jsx <<'END'
import * as React from "react"
import { createRoot } from "react-dom/client"
import styles from "./app.css"
createRoot(document.body).render(<ul className={styles}>{[1, 2n, "три"].map(n => <li>{n}</li>)}</ul>)
import("./late").then(({ late }) => late?.())
END
echo 'export const late = async () => { for await (const x of []) x.y ??= import.meta.url }' >late.ts
echo 'body { color: #ff0000; margin: 0px; & li { inset: 0 } }' >app.css
printf 'let x = 1;\nlet y = ;\nimport "./none"\n' >broken.js
echo 'import "./none"; import "three/nowhere"; export const a = 1, a = 2' >unresolved.js
: >/tmp/input
census_before

for v in 0.15.18 0.28.2; do
	use $v
	same --version 0 --version
	same --help 0 --help
	same "an option that there is not" 1 --no-such-option
	same "nothing on standard input" 0
	same_three "minified, with a source map" --minify --sourcemap --outdir=out
	wrote three 600000 Three.js
	wrote "its source map" 2000000 Three.js.map
	same_three "for node" --format=cjs --platform=node --target=node12 --outfile=out/x
	same_react "as modules, split" --format=esm --splitting --minify --sourcemap=inline \
		--metafile=out/meta.json --outdir=out
	wrote react 100000 app.js
done

# The rest with the newer one.
same_react "for old browsers" --jsx=automatic --target=chrome70 --outdir=out \
	--format=iife --global-name=app
same_react "analyzed" --analyze=verbose --minify --outfile=out/app.js --log-level=info
same_react "legal comments, names with a hash" --legal-comments=linked --outdir=out \
	'--entry-names=[dir]/[name]-[hash]' --minify-syntax --keep-names --tree-shaking=true
same "a source map with all sources" 0 node_modules/three/src/math/*.js --minify \
	--sourcemap=external --sources-content=false --outdir=out --outbase=.
echo 'enum E { A = 1 << 3 } export let e: E = E.A; export const big = 10n ** 20n' >/tmp/input
same "standard input" 0 --loader=ts --minify --sourcemap=inline --sourcefile=in.ts
same "standard input that is bundled" 0 --loader=ts --bundle --format=esm --outfile=out/in.js
echo '{ "compilerOptions": { "jsxFactory": "h", ' >tsconfig.json
same "a broken tsconfig.json" 1 app.jsx --bundle --outdir=out
rm tsconfig.json
same "what cannot be parsed" 1 broken.js --bundle --outdir=out
same_in_any_order "what cannot be resolved" 1 unresolved.js app.jsx --bundle --outdir=out
same "a file that there is not" 1 none.js --outdir=out
same "a directory that cannot be written" 1 late.ts --outdir=/proc/nowhere
: >/tmp/input

# A terminal. The FreeBSD build has no colours, whatever it runs on; the second says so.
for system in linux freebsd; do
	"$bin/pty" /tmp/esbuild-$system broken.js --bundle >/tmp/$system.tty 2>&1 </dev/null
done
check_like "in colours on a terminal, linux" "$(printf '\033\\[')" cat /tmp/linux.tty
sed -i "s/$(printf '\033')\\[[0-9;]*m//g" /tmp/linux.tty
check "the same on a terminal, but for colours" diff /tmp/linux.tty /tmp/freebsd.tty

# --watch
for system in linux freebsd; do
	echo 'console.log("before")' >watched.js
	start "$system" watched.js --watch --bundle --outdir=out."$system"
	check "--watch, $system: the first build" within 10 grep -q before out."$system"/watched.js
	sleep 0.5
	echo 'import "./new"; console.log("after")' >watched.js
	check "--watch, $system: an error" within 20 grep -q 'Could not resolve' /tmp/started.err
	echo 'console.log("new")' >new.js
	check "--watch, $system: a file that is new" within 20 grep -q new.js out."$system"/watched.js
	sleep 0.5
	echo 'console.log("newer")' >new.js
	check "--watch, $system: a change of it" within 20 grep -q newer out."$system"/watched.js
	stop "--watch, $system: ends with its standard input"
	rm new.js
done
check "--watch: the same result" cmp out.linux/watched.js out.freebsd/watched.js
start freebsd watched.js --watch=forever --outdir=out
within 10 test -e out/watched.js
kill -TERM $started
check "--watch=forever: a signal ends it" within 10 ended $started
stop "--watch=forever: it has ended"

# --serve
mkdir -p site/sub && echo '<title>site</title>' >site/index.html
cp node_modules/three/build/three.module.js site/sub/big.js
for system in linux freebsd; do
	start "$system" late.ts --serve=127.0.0.1:8000 --servedir=site --outdir=site/js
	check "--serve, $system: answers" within 20 answers
	mkdir -p /tmp/served."$system"
	n=0
	for path in / /index.html /sub /sub/ /js/late.js /js/ /none /sub/big.js /../../etc/passwd; do
		n=$((n + 1))
		get "$path" >/tmp/served."$system"/$n
	done
	for i in 1 2 3 4 5 6 7 8; do
		wget -q -O /tmp/served."$system"/big.$i http://127.0.0.1:8000/sub/big.js &
		eval "get$i=\$!"
	done
	# shellcheck disable=SC2154 # set by eval
	wait "$get1" "$get2" "$get3" "$get4" "$get5" "$get6" "$get7" "$get8"
	check "--serve, $system: large files at a time" cmp site/sub/big.js /tmp/served."$system"/big.8
	stop "--serve, $system: ends with its standard input"
done
check "--serve: the same answers" diff -r /tmp/served.linux /tmp/served.freebsd
check "--serve: a file" grep -q '<title>site' /tmp/served.freebsd/1
check "--serve: a listing" grep -q big.js /tmp/served.freebsd/4
check "--serve: what it builds" grep -q late /tmp/served.freebsd/5
check "--serve: 404" grep -q '^HTTP/1.[01] 404' /tmp/served.freebsd/7

check_unlike "no call is missing" ^freebsd abimux missing
rm -rf /tmp/work
check_census "nothing leaks"
tap_end
