// Checks histories of a register with Porcupine, and prints for each the
// verdict and the CPU seconds of the check alone. Arguments: the longest time
// for one, as 10s, and files of events, "c ID read|write|cas A B" or
// "r ID VALUE", in their order.
package main

import (
	"bufio"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/anishathalye/porcupine"
)

type input struct {
	op   string
	a, b int
}

var register = porcupine.Model{
	Init: func() interface{} { return -1 },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		i := in.(input)
		switch {
		case i.op == "read":
			return out == state, state
		case i.op == "write":
			return true, i.a
		case i.a == state:
			return out == 1, i.b
		}
		return out == 0, state
	},
	Hash: func(state interface{}) uint64 { return uint64(state.(int)) * 0x9e3779b97f4a7c15 },
}

func main() {
	limit, err := time.ParseDuration(os.Args[1])
	if err != nil {
		panic(err)
	}
	for _, name := range os.Args[2:] {
		events := read(name)
		before := cpuSeconds()
		verdict := porcupine.CheckEventsTimeout(register, events, limit)
		fmt.Println(verdict, cpuSeconds()-before)
	}
}

func read(name string) (events []porcupine.Event) {
	file, err := os.Open(name)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var id, a, b int
		var op string
		if lines.Text()[0] == 'c' {
			fmt.Sscanf(lines.Text(), "c %d %s %d %d", &id, &op, &a, &b)
			events = append(events, porcupine.Event{Kind: porcupine.CallEvent, Value: input{op, a, b}, Id: id})
		} else {
			fmt.Sscanf(lines.Text(), "r %d %d", &id, &a)
			events = append(events, porcupine.Event{Kind: porcupine.ReturnEvent, Value: a, Id: id})
		}
	}
	return events
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}
