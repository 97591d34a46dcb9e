/** The shop on ECS Fargate, as a user of the CDK would write it. */
import { App } from "aws-cdk-lib";
import { ShopStack } from "../lib/shop-stack";

new ShopStack(new App(), "shop-prod", {
  env: { account: "123456789012", region: "us-east-1" },
  domain: "shop.example",
});
