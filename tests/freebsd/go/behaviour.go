// SPDX-License-Identifier: GPL-2.0

// Behaviour prints what a Go program sees of its system, one line a thing. Its
// FreeBSD build and its Linux build must print the same. Runs in an empty directory.
package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

func show(name string, values ...interface{}) {
	fmt.Printf("%s: %s", name, fmt.Sprintln(values...))
}

// recovered runs f and returns what it panicked with.
func recovered(f func()) (what interface{}) {
	defer func() { what = recover() }()
	f()
	return nil
}

func faults() {
	var nowhere *int
	zero := len(os.Args) - 1

	show("nil pointer", recovered(func() { *nowhere = 1 }))
	show("division by zero", recovered(func() { fmt.Println(1 / zero) }))
	for i := 0; i < 1000; i++ {
		recovered(func() { *nowhere = 1 })
	}
	show("a thousand faults", "survived")
}

func clocks() {
	before := time.Now()
	time.Sleep(30 * time.Millisecond)
	took := time.Since(before)
	show("sleep", took >= 30*time.Millisecond && took < 20*time.Second)

	select {
	case <-time.After(time.Millisecond):
		show("timer", "fired")
	case <-time.After(time.Minute):
		show("timer", "late")
	}
	ticks := 0
	ticker := time.NewTicker(5 * time.Millisecond)
	for range ticker.C {
		if ticks++; ticks == 5 {
			break
		}
	}
	show("ticker", ticks)
}

//go:noinline
func loop(n int) (sum int) {
	for i := 0; i < n; i++ {
		sum += i ^ i<<3
	}
	return sum
}

// preemption: loops without a call are stopped by a signal, or this never ends.
func preemption() {
	var stop int32
	var group sync.WaitGroup

	for i := 0; i < 2*runtime.NumCPU(); i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for atomic.LoadInt32(&stop) == 0 {
				loop(20000000)
			}
		}()
	}
	for i := 0; i < 10; i++ {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	atomic.StoreInt32(&stop, 1)
	group.Wait()
	show("preemption", "survived")
}

// floats keep their registers while others are preempted.
func floats() {
	var group sync.WaitGroup
	var wrong int32

	for g := 1; g <= 8; g++ {
		group.Add(1)
		go func(base float64) {
			defer group.Done()
			x := base
			for i := 0; i < 100000; i++ {
				x = math.Sqrt(x*x + 1e-9)
				if x < base || x > base+1 {
					atomic.AddInt32(&wrong, 1)
				}
			}
		}(float64(g))
	}
	group.Wait()
	show("floats", wrong)
}

func threads() {
	var group sync.WaitGroup

	for i := 0; i < 100; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			runtime.LockOSThread()
			time.Sleep(5 * time.Millisecond)
		}()
	}
	group.Wait()
	show("threads", "ended")
}

func pipes() {
	r, w, err := os.Pipe()
	show("pipe", err)
	go func() {
		for i := 0; i < 2000; i++ {
			fmt.Fprintf(w, "line %d\n", i)
		}
		w.Close()
	}()
	text, err := io.ReadAll(r)
	show("through a pipe", len(text), err)

	r, w, _ = os.Pipe()
	r.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	_, err = r.Read(make([]byte, 1))
	show("deadline", errors.Is(err, os.ErrDeadlineExceeded))
	r.SetReadDeadline(time.Time{})
	go func() {
		time.Sleep(10 * time.Millisecond)
		w.Write([]byte("x"))
	}()
	n, err := r.Read(make([]byte, 10))
	show("read that waits", n, err)
	r.Close()
	signal.Ignore(syscall.SIGPIPE)
	_, err = w.Write([]byte("y"))
	show("nobody reads", errors.Is(err, syscall.EPIPE))
	_, err = r.Read(nil)
	show("closed", err)
}

func manyPipes() {
	var group sync.WaitGroup
	var total int64

	for i := 0; i < 100; i++ {
		r, w, err := os.Pipe()
		if err != nil {
			show("many pipes", err)
			return
		}
		group.Add(2)
		go func() {
			defer group.Done()
			for j := 0; j < 20; j++ {
				w.Write([]byte("0123456789"))
				runtime.Gosched()
			}
			w.Close()
		}()
		go func() {
			defer group.Done()
			text, _ := io.ReadAll(r)
			atomic.AddInt64(&total, int64(len(text)))
			r.Close()
		}()
	}
	group.Wait()
	show("many pipes", total)
}

func signals() {
	c := make(chan os.Signal, 10)

	for _, sig := range []os.Signal{syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGHUP,
		syscall.SIGTERM, syscall.SIGCONT, syscall.SIGWINCH, syscall.SIGIO, syscall.SIGALRM} {
		signal.Notify(c, sig)
		syscall.Kill(os.Getpid(), sig.(syscall.Signal))
		show("signal", <-c == sig)
		signal.Stop(c)
	}
}

func children() {
	out, err := exec.Command("/bin/sh", "-c", "echo hi; exit 3").CombinedOutput()
	show("a native child", string(out), err)
	err = exec.Command("/bin/sh", "-c", "kill -TERM $$").Run()
	show("killed", err)
	err = exec.Command("/bin/sh", "-c", "kill -USR1 $$").Run()
	show("killed by another signal", err.(*exec.ExitError).Sys().(syscall.WaitStatus).Signal() ==
		syscall.SIGUSR1)
	cat := exec.Command("/bin/cat")
	cat.Stdin = strings.NewReader("some text")
	out, err = cat.Output()
	show("with input", string(out), err)
	_, err = exec.Command("/nonexistent").Output()
	show("no such program", err)
	self := exec.Command(os.Args[0], "child")
	self.Env = []string{"WHO=me"}
	self.Dir = "/"
	out, err = self.Output()
	show("this program again", string(out), err)
	var group sync.WaitGroup
	for i := 0; i < 10; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			exec.Command("/bin/true").Run()
		}()
	}
	group.Wait()
	show("ten at once", "ended")
}

func files() {
	for i := 0; i < 300; i++ {
		name := fmt.Sprintf("file%03d%s", i, strings.Repeat("x", i%23))
		os.WriteFile(name, []byte(name), 0644)
	}
	entries, err := os.ReadDir(".")
	show("directory", len(entries), err, entries[0].Name(), entries[299].Name())
	info, err := os.Stat(entries[7].Name())
	show("stat", info.Size(), info.Mode(), time.Since(info.ModTime()) < time.Minute, err)
	show("symlink", os.Symlink("nowhere", "link"))
	info, err = os.Lstat("link")
	show("lstat", info.Mode(), err)
	where, err := os.Readlink("link")
	show("readlink", where, err)
	_, err = os.Stat("link")
	show("dangling", err)
	show("directory", os.MkdirAll("a/b/c", 0755), os.Remove("a"))
	show("rename", os.Rename("file000", "a/b/c/d"), os.RemoveAll("a"))
	_, err = os.ReadFile("a")
	show("gone", err, errors.Is(err, os.ErrNotExist))
	_, err = os.ReadFile("/")
	show("read a directory", err)
	when := time.Unix(1234567890, 5000)
	show("times", os.Chtimes("file001x", when, when), os.Chmod("file001x", 0600))
	info, _ = os.Stat("file001x")
	show("times", info.ModTime().Equal(when), info.Mode())
	var names []string
	filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		names = append(names, path)
		return err
	})
	sort.Strings(names)
	show("walk", len(names), names[len(names)-1])
}

func openFiles() {
	f, err := os.OpenFile("append", os.O_CREATE|os.O_APPEND|os.O_RDWR, 0600)
	show("open", err)
	f.WriteString("abc")
	f.WriteString("def")
	f.Seek(0, io.SeekStart)
	text, err := io.ReadAll(f)
	show("append", string(text), err)
	_, err = f.ReadAt(make([]byte, 2), 5)
	show("read at", err)
	show("truncate", f.Truncate(2), f.Sync())
	info, err := f.Stat()
	show("size", info.Size(), err)
	show("close", f.Close(), f.Close())
	_, err = os.OpenFile("append", os.O_CREATE|os.O_EXCL, 0600)
	show("exclusive", err, errors.Is(err, os.ErrExist))
	f, _ = os.Open("append")
	_, err = f.Write([]byte("x"))
	show("read only", err)
	_, err = os.Open("append/x")
	show("not a directory", err)
	_, err = os.Open(strings.Repeat("x", 300))
	show("long name", errors.Is(err, syscall.ENAMETOOLONG))
}

func process() {
	var limit syscall.Rlimit
	var usage syscall.Rusage

	show("limit", syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit), limit.Cur)
	show("usage", syscall.Getrusage(syscall.RUSAGE_SELF, &usage), usage.Maxrss > 0)
	name, err := os.Hostname()
	show("host", name, err)
	path, err := os.Executable()
	show("executable", filepath.IsAbs(path), err)
	show("ids", os.Getuid(), os.Getgid(), os.Getppid() > 0)
	show("processors", runtime.NumCPU())
	show("page", os.Getpagesize())
	wd, err := os.Getwd()
	show("directory", filepath.IsAbs(wd), err, os.Chdir("/"))
}

func child() {
	wd, _ := os.Getwd()
	fmt.Print(wd, " ", os.Getenv("WHO"))
	os.Exit(0)
}

func main() {
	if len(os.Args) > 1 {
		child()
	}
	faults()
	clocks()
	preemption()
	floats()
	threads()
	pipes()
	manyPipes()
	signals()
	children()
	files()
	openFiles()
	process()
	os.Exit(7)
}
