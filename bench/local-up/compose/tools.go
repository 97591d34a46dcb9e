//go:build tools

// Package tools pins Docker Compose, the rival of this benchmark.
package tools

import _ "github.com/docker/compose/v2/cmd"
