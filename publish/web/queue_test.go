package web

import (
	"net/netip"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// TestS27_QueueIsFair: a client with many searches runs one at a time, and a later client does not wait for all of
// them.
func TestS27_QueueIsFair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := newQueue(atOnce)
		greedy := []netip.Addr{
			netip.MustParseAddr("192.0.2.1"),
			netip.MustParseAddr("192.0.2.2"),
			netip.MustParseAddr("2001:db8::"),
		}
		var running [3]atomic.Int32
		finish := make(chan bool)
		for i := range 300 {
			go func() {
				leave, err := turns.enter(t.Context(), greedy[i%3])
				if err != nil {
					return
				}
				if running[i%3].Add(1) > 1 {
					t.Errorf("%s runs two searches", greedy[i%3])
				}
				<-finish
				running[i%3].Add(-1)
				leave()
			}()
		}
		synctest.Wait()
		entered := make(chan bool, 1)
		go func() {
			leave, err := turns.enter(t.Context(), netip.MustParseAddr("198.51.100.7"))
			entered <- err == nil
			if err == nil {
				leave()
			}
		}()
		synctest.Wait()
		for range len(greedy) {
			finish <- true
			synctest.Wait()
		}
		select {
		case ok := <-entered:
			if !ok {
				t.Error("no turn")
			}
		default:
			t.Error("a late client waits for more than one search of each other")
		}
		for range 300 - len(greedy) {
			finish <- true
		}
		synctest.Wait()
		if len(turns.clients) != 0 || len(turns.free) != 0 {
			t.Errorf("%d clients and %d turns are kept", len(turns.clients), len(turns.free))
		}
	})
}
