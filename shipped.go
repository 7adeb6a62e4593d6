package oped

import _ "embed" // for ShippedConfig

// ShippedConfig is the text of config.yaml in the root of the repository. `oped init` writes it, and `oped demo` takes
// its topics from it.
//
//go:embed config.yaml
var ShippedConfig string
