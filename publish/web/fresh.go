package web

import (
	"strconv"
	"sync/atomic"
	"time"

	"oped/publish"
)

const (
	shortest = 5 * time.Minute // minimum freshness of an answer
	longest  = time.Hour       // maximum delay of a manual addition or a corrected rule for readers
)

// freshness generates the Cache-Control of answers. They are fresh until the next fetch of any feed, or the end of a hold
// or of a digest's period, since nothing changes before. The value is recomputed at most once a second.
type freshness struct {
	now, next func() time.Time // either may be nil
	last      atomic.Pointer[freshFor]
}

type freshFor struct {
	second int64 // the second of its computation
	next   time.Time
	value  []string
}

func (f *freshness) value() []string {
	var now, next time.Time
	if f.now != nil && f.next != nil {
		now, next = f.now(), f.next()
	}
	have := f.last.Load()
	if have != nil && have.second == now.Unix() && have.next.Equal(next) {
		return have.value
	}
	age := min(max(next.Sub(now), shortest), longest)
	cache := "public, max-age=" + strconv.Itoa(int(age/time.Second)) + publish.CacheBridge
	made := &freshFor{now.Unix(), next, []string{cache}}
	f.last.Store(made)
	return made.value
}
