package text_test

import (
	"fmt"

	"oped/text"
)

func ExampleCount() {
	fmt.Println(text.Count(1, "entry"), text.Count(3, "entry"), text.Count(0, "feed"), text.Count(2, "day"))
	// Output: 1 entry 3 entries 0 feeds 2 days
}
