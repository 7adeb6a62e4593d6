package publish

import (
	"net/url"
	"testing"
)

// TestWithFields: the fields of the form become filters of the query.
func TestWithFields(t *testing.T) {
	values := url.Values{"author": {"Amina Qureshi"}, "length": {">1000"}, "country": {"Pakistan"}}
	want := `water country:Pakistan length:>1000 author:"Amina Qureshi"`
	if got := withFields("water", values); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
