//go:build tools

// Names the program, so that go.mod pins it and everything that it is made of.
package tools

import _ "github.com/rhysd/actionlint/cmd/actionlint"
