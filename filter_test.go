package oped_test

import (
	"fmt"
	"reflect"
	"testing"

	"oped"
)

func ExampleFilter_Canonical() {
	f := oped.Filter{Topics: []string{"pak-us", "cpec"}, Langs: []string{"ur"}, Query: "title:\"Foggy Bottom\""}
	fmt.Println(f.Canonical())
	// Output: topics=["pak-us" "cpec"] langs=["ur"] query=["title:\"Foggy Bottom\""]
}

// TestFilter_CanonicalNamesEveryField sets each field alone. The texts differ from each other and from the empty
// filter's.
func TestFilter_CanonicalNamesEveryField(t *testing.T) {
	seen := map[string]string{oped.Filter{}.Canonical(): "none"}
	for i := range reflect.TypeFor[oped.Filter]().NumField() {
		var f oped.Filter
		v, name := reflect.ValueOf(&f).Elem().Field(i), reflect.TypeFor[oped.Filter]().Field(i).Name
		switch v.Kind() {
		case reflect.String:
			v.SetString("x")
		case reflect.Bool:
			v.SetBool(true)
		default:
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			v.Index(0).SetString("x")
		}
		if other, ok := seen[f.Canonical()]; ok {
			t.Errorf("%s and %s have the same text, %q", name, other, f.Canonical())
		}
		seen[f.Canonical()] = name
	}
}
