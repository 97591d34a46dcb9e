/** A program for the real engine: one volume, which shows what it was given. */
import { Network } from "@pulumi/docker/network.js";
import { Volume } from "@pulumi/docker/volume.js";
import { Config } from "@pulumi/pulumi";

const config = new Config("atelier");
const name = config.require("app");
if (config.getBoolean("broken")) throw new Error(`broken, with ${Error.stackTraceLimit} frames`);

const labels = [{ label: "environment", value: config.require("environment") }];
export const volume = new Volume(name, { name, labels }).name;
export const network = new Network(name, { name }).name;
export const seed = config.requireSecret("seed");
export const pem = config.requireSecretObject<Record<string, string>>("secrets").apply(({ PEM }) => PEM);
export const node = process.version;
