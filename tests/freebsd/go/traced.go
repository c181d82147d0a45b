// traced: does one thing of each kind, for trace.sh to find it in a trace.
package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

const dir = "/tmp/traced"

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func files() {
	must(os.Mkdir(dir, 0750))
	file, err := os.OpenFile(dir+"/a", os.O_RDWR|os.O_CREATE|os.O_EXCL, 0640)
	must(err)
	_, err = file.Write([]byte("hello \"world\"\n\x01\x00023"))
	must(err)
	_, err = file.Seek(0, 0)
	must(err)
	_, err = file.Read(make([]byte, 5))
	must(err)
	_, err = file.ReadAt(make([]byte, 40), 1)
	must(file.Truncate(3))
	must(file.Close())
	must(os.Rename(dir+"/a", dir+"/b\n"))
	must(os.Symlink("nowhere", dir+"/link"))
	_, err = os.Readlink(dir + "/link")
	must(err)
	if _, err = os.Stat(dir + "/nonesuch"); err == nil {
		os.Exit(1)
	}
	if _, err = os.Open(dir + "/nonesuch"); err == nil {
		os.Exit(1)
	}
	must(os.RemoveAll(dir))
}

func sockets() {
	listener, err := net.Listen("tcp", "127.0.0.1:7777")
	must(err)
	done := make(chan bool)
	go func() {
		conn, err := listener.Accept()
		must(err)
		conn.Read(make([]byte, 16))
		done <- true
	}()
	conn, err := net.Dial("tcp", "127.0.0.1:7777")
	must(err)
	_, err = conn.Write([]byte("over the wire"))
	must(err)
	<-done
	conn.Close()
	listener.Close()
}

func signals() {
	got := make(chan os.Signal, 1)
	signal.Notify(got, syscall.SIGUSR1)
	must(syscall.Kill(os.Getpid(), syscall.SIGUSR1))
	<-got
}

func main() {
	files()
	sockets()
	signals()
	time.Sleep(time.Millisecond)
	must(exec.Command(os.Args[1], "/nonesuch").Run())
	os.Exit(3)
}
