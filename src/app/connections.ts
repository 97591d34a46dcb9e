/** The connection contract, for everything that comes after the configuration. */
export { connectionVariables, prefixOf, type Variable, variableNames } from "../config/connections.ts";
