// The SDK takes the pack's version from the package.json of the working directory, which is the stack's.
process.chdir(__dirname);
const { AwsGuard } = require("@pulumi/awsguard");

new AwsGuard({ all: "advisory" });
