// SPDX-License-Identifier: GPL-2.0

// What Go does with signals: faults that become panics, goroutines that are
// interrupted in loops without a call, signals that a program asks for.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

type node struct {
	pad  [64]byte
	next *node
}

// caught runs f and says what it panicked with.
func caught(f func()) (what any) {
	defer func() { what = recover() }()
	f()
	return "nothing"
}

var (
	nothing *node
	sink    int
	zero    int
)

func faults() {
	fmt.Println("nil:", caught(func() { sink = int(nothing.pad[3]) }))
	fmt.Println("nil, written:", caught(func() { nothing.next = nothing }))
	fmt.Println("division:", caught(func() { sink = 1 / zero }))
	var call func()
	fmt.Println("a call of nil:", caught(func() { call() }))
	debug.SetPanicOnFault(true)
	wild := uintptr(0x10000)
	fmt.Println("a wild address:", caught(func() { sink = **(**int)(unsafe.Pointer(&wild)) }))
	fmt.Println("behind a file:", caught(behind))
	debug.SetPanicOnFault(false)
}

func behind() {
	file, err := os.CreateTemp(".", "behind")
	if err != nil {
		panic(err)
	}
	defer os.Remove(file.Name())
	page, err := syscall.Mmap(int(file.Fd()), 0, 4096, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		panic(err)
	}
	defer syscall.Munmap(page)
	sink = int(page[7])
}

// manyFaults has goroutines fault all at the same time.
func manyFaults() {
	var good int64
	var all sync.WaitGroup
	for i := 0; i < 20; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for j := 0; j < 20; j++ {
				_, ok := caught(func() { sink = int(nothing.pad[j]) }).(runtime.Error)
				if ok {
					atomic.AddInt64(&good, 1)
				}
			}
		}()
	}
	all.Wait()
	fmt.Println("faults in many goroutines:", good)
}

// loops has goroutines that only a signal can interrupt, while others want to run.
func loops() {
	var stop int32
	var all sync.WaitGroup
	sums := make([]float64, 6)
	for i := range sums {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			for atomic.LoadInt32(&stop) == 0 {
				sum := 0.0
				for j := 1; j <= 20000; j++ {
					sum += 1 / float64(j*j)
				}
				if sums[i] != 0 && sums[i] != sum {
					fmt.Println("a sum changed:", sums[i], sum)
				}
				sums[i] = sum
			}
		}(i)
	}
	for i := 0; i < 3; i++ {
		runtime.GC()
	}
	ticks := 0
	for range time.Tick(5 * time.Millisecond) {
		if ticks++; ticks == 5 {
			break
		}
	}
	atomic.StoreInt32(&stop, 1)
	all.Wait()
	fmt.Println("loops were interrupted:", ticks)
	for _, sum := range sums {
		fmt.Printf("%.12f\n", sum)
	}
}

// All but those that cannot be had, and SIGPROF, which Go keeps for itself.
var names = []struct {
	name string
	sig  syscall.Signal
}{
	{"HUP", syscall.SIGHUP}, {"INT", syscall.SIGINT}, {"QUIT", syscall.SIGQUIT},
	{"ILL", syscall.SIGILL}, {"TRAP", syscall.SIGTRAP}, {"ABRT", syscall.SIGABRT},
	{"FPE", syscall.SIGFPE}, {"BUS", syscall.SIGBUS}, {"SEGV", syscall.SIGSEGV},
	{"SYS", syscall.SIGSYS}, {"PIPE", syscall.SIGPIPE}, {"ALRM", syscall.SIGALRM},
	{"TERM", syscall.SIGTERM}, {"URG", syscall.SIGURG}, {"TSTP", syscall.SIGTSTP},
	{"CONT", syscall.SIGCONT}, {"CHLD", syscall.SIGCHLD}, {"TTIN", syscall.SIGTTIN},
	{"TTOU", syscall.SIGTTOU}, {"IO", syscall.SIGIO}, {"XCPU", syscall.SIGXCPU},
	{"XFSZ", syscall.SIGXFSZ}, {"VTALRM", syscall.SIGVTALRM},
	{"WINCH", syscall.SIGWINCH}, {"USR1", syscall.SIGUSR1}, {"USR2", syscall.SIGUSR2},
}

func notify() {
	for _, n := range names {
		c := make(chan os.Signal, 10)
		signal.Notify(c, n.sig)
		syscall.Kill(os.Getpid(), n.sig)
		select {
		case sig := <-c:
			fmt.Println("SIG"+n.name, sig == n.sig)
		case <-time.After(time.Minute):
			fmt.Println("SIG"+n.name, "did not come")
		}
		signal.Stop(c)
	}
}

// storm sends many signals while goroutines and the collector are at work.
func storm() {
	c := make(chan os.Signal, 1000)
	signal.Notify(c, syscall.SIGUSR1)
	done := make(chan bool)
	go func() {
		for i := 0; i < 100; i++ {
			syscall.Kill(os.Getpid(), syscall.SIGUSR1)
			if i%50 == 0 {
				runtime.GC()
			}
			runtime.Gosched()
		}
		close(done)
	}()
	<-done
	for i := 0; len(c) == 0 && i < 6000; i++ {
		time.Sleep(10 * time.Millisecond)
	}
	fmt.Println("a storm of signals:", len(c) > 0)
	signal.Stop(c)
}

func main() {
	runtime.GOMAXPROCS(4)
	faults()
	manyFaults()
	loops()
	notify()
	storm()
	fmt.Println("a crash:")
	signal.Reset()
	sink = int(nothing.pad[5])
}
