// Owns the reference of bench/centrifuge.ts: Centrifuge, the engine of Centrifugo, publishes the same ticks. Reads one command per line from stdin.
package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/centrifugal/centrifuge"
)

func main() {
	config := centrifuge.DefaultConfig
	config.ClientChannelLimit = 1000
	node, err := centrifuge.New(config)
	must(err)
	node.OnConnecting(func(ctx context.Context, e centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		return centrifuge.ConnectReply{Credentials: &centrifuge.Credentials{UserID: ""}}, nil
	})
	subscribed := make(chan struct{}, 1<<20)
	node.OnConnect(func(client *centrifuge.Client) {
		client.OnSubscribe(func(e centrifuge.SubscribeEvent, done centrifuge.SubscribeCallback) {
			done(centrifuge.SubscribeReply{}, nil)
			subscribed <- struct{}{}
		})
	})
	must(node.Run())
	http.Handle("/", centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{
		CheckOrigin: func(r *http.Request) bool { return true },
	}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	go func() { must(http.Serve(listener, nil)) }()
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)

	// "subscriptions N" waits for N subscriptions; "tick SEQ N" publishes one quote for each of N tickers; "cpu" prints microseconds.
	orders := bufio.NewScanner(os.Stdin)
	orders.Buffer(nil, 1<<20)
	for orders.Scan() {
		words := strings.Fields(orders.Text())
		switch words[0] {
		case "subscriptions":
			count, _ := strconv.Atoi(words[1])
			for ; count > 0; count-- {
				<-subscribed
			}
		case "tick":
			seq, _ := strconv.Atoi(words[1])
			tickers, _ := strconv.Atoi(words[2])
			for index := 0; index < tickers; index++ {
				quote := fmt.Sprintf(`["T%d",%d,%d]`, index, 1000000+seq*100, 12)
				_, err := node.Publish("T"+strconv.Itoa(index), []byte(quote))
				must(err)
			}
		case "cpu":
			var usage syscall.Rusage
			must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
			fmt.Print((usage.Utime.Nano()+usage.Stime.Nano())/1000, " ")
		}
		fmt.Println("done")
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
