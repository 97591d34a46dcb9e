import { deploy } from "atelier";
export const outputs = await deploy();
