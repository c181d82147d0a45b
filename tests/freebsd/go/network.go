// SPDX-License-Identifier: GPL-2.0

// Network does what programs do with sockets and says what it sees, one line for
// each: its FreeBSD build and its Linux build have to print the same.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sort"
	"strings"
	"sync"
	"syscall"
	"time"
)

func say(what string, values ...interface{}) {
	fmt.Print(what, ":")
	for _, value := range values {
		fmt.Print(" ", value)
	}
	fmt.Println()
}

// name is an error's name, without what the kernels word differently.
func name(err error) string {
	var errno syscall.Errno
	var netErr net.Error
	switch {
	case err == nil:
		return "none"
	case errors.As(err, &errno):
		for text, known := range errnos {
			if errno == known {
				return text
			}
		}
		return "unknown errno"
	case errors.Is(err, net.ErrClosed):
		return "closed"
	case errors.As(err, &netErr) && netErr.Timeout():
		return "timeout"
	}
	return err.Error()
}

var errnos = map[string]syscall.Errno{
	"EADDRINUSE": syscall.EADDRINUSE, "EADDRNOTAVAIL": syscall.EADDRNOTAVAIL,
	"ECONNREFUSED": syscall.ECONNREFUSED, "ECONNRESET": syscall.ECONNRESET,
	"EPIPE": syscall.EPIPE, "ENOENT": syscall.ENOENT, "EINVAL": syscall.EINVAL,
	"ENOTCONN": syscall.ENOTCONN, "EAFNOSUPPORT": syscall.EAFNOSUPPORT,
	"EMSGSIZE": syscall.EMSGSIZE, "ENOPROTOOPT": syscall.ENOPROTOOPT,
	"EISCONN": syscall.EISCONN, "EINPROGRESS": syscall.EINPROGRESS,
	"ENOTSOCK": syscall.ENOTSOCK, "EBADF": syscall.EBADF,
	"EAGAIN": syscall.EAGAIN, "EACCES": syscall.EACCES,
	"ENETUNREACH": syscall.ENETUNREACH, "EHOSTUNREACH": syscall.EHOSTUNREACH,
	"EPROTOTYPE": syscall.EPROTOTYPE, "EPROTONOSUPPORT": syscall.EPROTONOSUPPORT,
	"EDESTADDRREQ": syscall.EDESTADDRREQ, "EOPNOTSUPP": syscall.EOPNOTSUPP,
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// stream runs a server that sends back what it gets, and a client of it.
func stream(network, address string) {
	listener, err := net.Listen(network, address)
	if err != nil {
		say(network+" listen", name(err))
		return
	}
	var wait sync.WaitGroup
	wait.Add(1)
	go func() {
		defer wait.Done()
		conn, err := listener.Accept()
		must(err)
		defer conn.Close()
		_, err = io.Copy(conn, conn)
		say(network+" server ends", name(err))
	}()
	conn, err := net.Dial(network, listener.Addr().String())
	must(err)
	say(network+" names", conn.RemoteAddr().String() == listener.Addr().String(),
		conn.LocalAddr().Network(), conn.RemoteAddr().Network())
	data := bytes.Repeat([]byte("0123456789abcdef"), 65536)
	if network == "unixpacket" {
		data = data[:1000]
	}
	go func() {
		conn.Write(data)
		conn.(interface{ CloseWrite() error }).CloseWrite()
	}()
	back, err := io.ReadAll(conn)
	say(network+" echo", len(back), bytes.Equal(back, data), name(err))
	wait.Wait()
	conn.Close()
	_, err = conn.Write(data)
	say(network+" write to a closed one", name(err))
	listener.Close()
	_, err = listener.Accept()
	say(network+" accept on a closed one", name(err))
	_, err = net.Dial(network, listener.Addr().String())
	say(network+" dial when it is gone", name(err))
}

func refused() {
	_, err := net.Listen("tcp4", "198.51.100.1:0")
	say("an address that is not ours", name(err))
	one, err := net.Listen("tcp4", "127.0.0.1:0")
	must(err)
	_, err = net.Listen("tcp4", one.Addr().String())
	say("a port that is taken", name(err))
	one.Close()
	two, err := net.Listen("tcp4", one.Addr().String())
	say("a port that was freed", name(err))
	two.Close()
	_, err = net.Dial("unix", "none.sock")
	say("no such path", name(err))
	_, err = net.Dial("unix", strings.Repeat("long", 30))
	say("a path that is too long", name(err))
}

func reset() {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	must(err)
	defer listener.Close()
	conn, err := net.Dial("tcp4", listener.Addr().String())
	must(err)
	peer, err := listener.Accept()
	must(err)
	peer.(*net.TCPConn).SetLinger(0)
	peer.Close()
	_, err = conn.Read(make([]byte, 1))
	say("read after a reset", name(err))
	for i := 0; i < 10 && err != nil; i++ {
		_, err = conn.Write([]byte("x"))
		if name(err) == "EPIPE" {
			break
		}
	}
	say("write after a reset", name(err))
	conn.Close()
}

func deadlines() {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	must(err)
	defer listener.Close()
	listener.(*net.TCPListener).SetDeadline(time.Now().Add(20 * time.Millisecond))
	_, err = listener.Accept()
	say("accept with a deadline", name(err))
	listener.(*net.TCPListener).SetDeadline(time.Time{})
	conn, err := net.Dial("tcp4", listener.Addr().String())
	must(err)
	peer, err := listener.Accept()
	must(err)
	conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	_, err = conn.Read(make([]byte, 1))
	say("read with a deadline", name(err))
	conn.SetReadDeadline(time.Time{})
	go func() {
		time.Sleep(20 * time.Millisecond)
		peer.Write([]byte("late"))
	}()
	got := make([]byte, 8)
	n, err := conn.Read(got)
	say("read without one", string(got[:n]), name(err))
	conn.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
	_, err = io.Copy(conn, zeros{})
	say("write with a deadline", name(err))
	conn.Close()
	peer.Close()
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

func datagrams(network, address string) {
	one, err := net.ListenPacket(network, address)
	if err != nil {
		say(network+" listen", name(err))
		return
	}
	defer one.Close()
	two, err := net.Dial(network, one.LocalAddr().String())
	must(err)
	n, err := two.Write([]byte("question"))
	say(network+" write", n, name(err))
	got := make([]byte, 64)
	n, from, err := one.ReadFrom(got)
	say(network+" from", string(got[:n]), from.String() == two.LocalAddr().String(), name(err))
	n, err = one.WriteTo([]byte("answer"), from)
	say(network+" write to", n, name(err))
	n, err = two.Read(got[:3])
	say(network+" what fits", string(got[:n]), name(err))
	n, err = one.WriteTo(nil, from)
	say(network+" nothing", n, name(err))
	n, err = two.Read(got)
	say(network+" of it", n, name(err))
	_, err = one.WriteTo(make([]byte, 70000), from)
	say(network+" too much", name(err))
	if udp, ok := one.(*net.UDPConn); ok {
		messages(network, udp, from.(*net.UDPAddr))
		n, _ = two.Read(got)
		say(network+" message came", string(got[:n]))
	}
	one.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
	_, _, err = one.ReadFrom(got)
	say(network+" deadline", name(err))
	one.Close()
	two.Write([]byte("x"))
	two.SetReadDeadline(time.Now().Add(time.Minute))
	_, err = two.Read(got)
	say(network+" refused", name(err))
	two.Close()
}

func messages(network string, one *net.UDPConn, to *net.UDPAddr) {
	n, oob, err := one.WriteMsgUDP([]byte("message"), nil, to)
	say(network+" message", n, oob, name(err))
}

func unixDatagrams() {
	one, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: "one.sock", Net: "unixgram"})
	must(err)
	defer one.Close()
	nameless, err := net.DialUnix("unixgram", nil, one.LocalAddr().(*net.UnixAddr))
	must(err)
	nameless.Write([]byte("nameless"))
	got := make([]byte, 64)
	n, from, err := one.ReadFrom(got)
	say("unixgram without a name", string(got[:n]), from == nil || from.String() == "", name(err))
	two, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: "two.sock", Net: "unixgram"})
	must(err)
	n, err = two.WriteTo([]byte("named"), one.LocalAddr())
	say("unixgram write to", n, name(err))
	n, from, err = one.ReadFrom(got)
	say("unixgram from", string(got[:n]), from, name(err))
	n, _, flags, addr, err := func() (int, int, int, *net.UnixAddr, error) {
		two.WriteTo([]byte("longer than there is room"), one.LocalAddr())
		return one.ReadMsgUnix(got[:6], nil)
	}()
	say("unixgram truncated", string(got[:n]), flags&syscall.MSG_TRUNC != 0, addr, name(err))
	two.Close()
	_, err = one.WriteTo([]byte("x"), &net.UnixAddr{Name: "none.sock", Net: "unixgram"})
	say("unixgram to nobody", name(err))
	nameless.Close()
}

// rights sends an open file through a unix socket.
func rights() {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	must(err)
	conns := make([]*net.UnixConn, 2)
	for i := range conns {
		file := os.NewFile(uintptr(fds[i]), "pair")
		conn, err := net.FileConn(file)
		must(err)
		file.Close()
		conns[i] = conn.(*net.UnixConn)
	}
	must(os.WriteFile("sent", []byte("through a socket"), 0o600))
	file, err := os.Open("sent")
	must(err)
	n, oobn, err := conns[0].WriteMsgUnix([]byte("fd"), syscall.UnixRights(int(file.Fd()), int(file.Fd())), nil)
	say("rights sent", n, oobn == syscall.CmsgSpace(8), name(err))
	file.Close()
	data, oob := make([]byte, 8), make([]byte, 64)
	n, oobn, flags, _, err := conns[1].ReadMsgUnix(data, oob)
	say("rights came", string(data[:n]), flags&(syscall.MSG_TRUNC|syscall.MSG_CTRUNC), name(err))
	messages, err := syscall.ParseSocketControlMessage(oob[:oobn])
	must(err)
	got, err := syscall.ParseUnixRights(&messages[0])
	must(err)
	flags, _ = fcntl(got[0], syscall.F_GETFD)
	say("rights", len(messages), len(got), flags == syscall.FD_CLOEXEC)
	came := os.NewFile(uintptr(got[1]), "came")
	text, err := io.ReadAll(came)
	say("rights read", string(text), name(err))
	came.Close()
	syscall.Close(got[0])
	conns[0].Close()
	conns[1].Close()
}

func fcntl(fd, cmd int) (int, error) {
	flags, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), uintptr(cmd), 0)
	if errno != 0 {
		return -1, errno
	}
	return int(flags), nil
}

// options sets each option and asks for it: zero, or another number.
func options() {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	must(err)
	defer listener.Close()
	conn, err := net.Dial("tcp4", listener.Addr().String())
	must(err)
	defer conn.Close()
	tcp := conn.(*net.TCPConn)
	say("keepalive", name(tcp.SetKeepAlive(true)), name(tcp.SetKeepAlivePeriod(30*time.Second)))
	say("no delay", name(tcp.SetNoDelay(false)), name(tcp.SetNoDelay(true)))
	say("buffers", name(tcp.SetReadBuffer(16384)), name(tcp.SetWriteBuffer(16384)), name(tcp.SetLinger(3)))
	raw, err := tcp.SyscallConn()
	must(err)
	must(raw.Control(func(fd uintptr) {
		get := func(what string, level, opt int, wanted func(int) bool) {
			value, err := syscall.GetsockoptInt(int(fd), level, opt)
			say("option "+what, wanted(value), name(err))
		}
		yes := func(value int) bool { return value != 0 }
		no := func(value int) bool { return value == 0 }
		is := func(want int) func(int) bool { return func(value int) bool { return value == want } }
		get("SO_KEEPALIVE", syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, yes)
		get("SO_REUSEADDR", syscall.SOL_SOCKET, syscall.SO_REUSEADDR, no)
		get("SO_TYPE", syscall.SOL_SOCKET, syscall.SO_TYPE, is(syscall.SOCK_STREAM))
		get("SO_ERROR", syscall.SOL_SOCKET, syscall.SO_ERROR, no)
		get("SO_RCVBUF", syscall.SOL_SOCKET, syscall.SO_RCVBUF, func(value int) bool { return value >= 16384 })
		get("TCP_NODELAY", syscall.IPPROTO_TCP, syscall.TCP_NODELAY, yes)
		get("TCP_KEEPINTVL", syscall.IPPROTO_TCP, syscall.TCP_KEEPINTVL, is(30))
		get("TCP_MAXSEG", syscall.IPPROTO_TCP, syscall.TCP_MAXSEG, yes)
		get("IP_TTL", syscall.IPPROTO_IP, syscall.IP_TTL, is(64))
		get("none", syscall.SOL_SOCKET, 0x7eee, no)
		err := syscall.SetsockoptTimeval(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &syscall.Timeval{Sec: 1, Usec: 500000})
		say("SO_RCVTIMEO", name(err))
		err = syscall.SetsockoptTimeval(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &syscall.Timeval{Sec: 1, Usec: 5000000})
		say("SO_RCVTIMEO of no time", err == syscall.EDOM)
		err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, 0x7eee, 1)
		say("no such option", name(err))
		err = syscall.SetsockoptInt(int(os.Stdout.Fd()), syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, 1)
		say("no socket", name(err))
	}))
	listeners, err := listener.(*net.TCPListener).SyscallConn()
	must(err)
	must(listeners.Control(func(fd uintptr) {
		value, err := syscall.GetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR)
		say("listener SO_REUSEADDR", value != 0, name(err))
		_, err = syscall.Getpeername(int(fd))
		say("listener's peer", name(err))
	}))
}

func connecting() {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	must(err)
	must(syscall.SetNonblock(fd, true))
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	must(err)
	port := listener.Addr().(*net.TCPAddr).Port
	err = syscall.Connect(fd, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}})
	say("nonblocking connect", name(err))
	conn, err := listener.Accept()
	must(err)
	err = syscall.Connect(fd, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}})
	if err == nil {
		// Linux tells once that it is connected now.
		err = syscall.Connect(fd, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}})
	}
	say("connect again", name(err))
	conn.Close()
	listener.Close()
	syscall.Close(fd)
	_, err = syscall.Socket(77, syscall.SOCK_STREAM, 0)
	say("no such family", name(err))
	_, err = syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, syscall.IPPROTO_UDP)
	say("no such protocol", name(err))
}

func sendfile() {
	text := strings.Repeat("a line of a file that is sent\n", 100000)
	must(os.WriteFile("file", []byte(text), 0o600))
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	must(err)
	defer listener.Close()
	go func() {
		conn, err := listener.Accept()
		must(err)
		file, err := os.Open("file")
		must(err)
		n, err := io.Copy(conn, file)
		say("sendfile", n, name(err))
		file.Seek(1000, io.SeekStart)
		n, err = io.Copy(conn, io.LimitReader(file, 5000))
		say("sendfile of a part", n, name(err))
		at, _ := file.Seek(0, io.SeekCurrent)
		say("sendfile stands at", at)
		conn.Close()
	}()
	conn, err := net.Dial("tcp4", listener.Addr().String())
	must(err)
	time.Sleep(50 * time.Millisecond)
	got, err := io.ReadAll(conn)
	say("sendfile came", len(got), string(got) == text+text[1000:6000], name(err))
	conn.Close()
}

func web() {
	must(os.WriteFile("page.html", []byte(strings.Repeat("<p>page</p>\n", 50000)), 0o600))
	mux := http.NewServeMux()
	mux.Handle("/files/", http.StripPrefix("/files/", http.FileServer(http.Dir("."))))
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Write(body)
	})
	mux.HandleFunc("/flush", func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < 3; i++ {
			fmt.Fprintln(w, "part", i)
			w.(http.Flusher).Flush()
		}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	server := &http.Server{Handler: mux}
	go server.Serve(listener)
	base := "http://" + listener.Addr().String()
	get := func(path string) {
		answer, err := http.Get(base + path)
		must(err)
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		say("GET "+path, answer.StatusCode, len(body), name(err))
	}
	get("/files/page.html")
	get("/flush")
	get("/none")
	var wait sync.WaitGroup
	sizes := make([]int, 50)
	for i := range sizes {
		wait.Add(1)
		go func(i int) {
			defer wait.Done()
			answer, err := http.Post(base+"/echo", "text/plain", strings.NewReader(strings.Repeat("x", i*1000)))
			must(err)
			body, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			sizes[i] = len(body)
		}(i)
	}
	wait.Wait()
	say("POST", sizes[0], sizes[1], sizes[49])
	server.Close()
	_, err = http.Get(base)
	say("GET of nobody", name(err))
}

func interfaces() {
	list, err := net.Interfaces()
	say("interfaces", len(list), name(err))
	sort.Slice(list, func(i, j int) bool { return list[i].Index < list[j].Index })
	for _, iface := range list {
		say("interface", iface.Index, iface.Name, iface.MTU, iface.HardwareAddr, iface.Flags)
		addrs, err := iface.Addrs()
		say("addresses", addrs, name(err))
		groups, err := iface.MulticastAddrs()
		say("groups", groups, name(err))
	}
	addrs, err := net.InterfaceAddrs()
	say("all addresses", addrs, name(err))
	_, err = net.InterfaceByName("none0")
	say("no such interface", err)
}

func main() {
	stream("tcp4", "127.0.0.1:0")
	stream("tcp6", "[::1]:0")
	stream("tcp", ":0")
	stream("unix", "stream.sock")
	stream("unixpacket", "packet.sock")
	refused()
	reset()
	deadlines()
	datagrams("udp4", "127.0.0.1:0")
	datagrams("udp6", "[::1]:0")
	unixDatagrams()
	rights()
	options()
	connecting()
	sendfile()
	web()
	interfaces()
}
