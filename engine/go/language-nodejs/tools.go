//go:build tools

// Package tools keeps Pulumi's Node language host in this module's requirements.
package tools

import _ "github.com/pulumi/pulumi/sdk/nodejs/cmd/pulumi-language-nodejs/v3"
