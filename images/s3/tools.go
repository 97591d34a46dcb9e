//go:build tools

// Package tools keeps the S3 server in this module's requirements.
package tools

import _ "github.com/versity/versitygw/cmd/versitygw"
