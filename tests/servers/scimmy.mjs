// A SCIM server made by others, SCIMMY on express, with everybody held in memory.
//
// Run as `node tests/servers/scimmy.mjs MODULES`, MODULES being the folder that npm installed into. The bearer
// token comes on the first line of its input, the port goes out; it ends when its input closes.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import path from "node:path";
import { randomUUID } from "node:crypto";

const require = createRequire(path.join(path.resolve(process.argv[2]), "here.cjs"));
const express = require("express");
const SCIMMY = require("scimmy");
const { default: SCIMMYRouters } = require("scimmy-routers");

const held = { User: new Map(), Group: new Map() };
const nameOf = { User: (each) => each.userName, Group: (each) => each.displayName };

function declare(kind) {
    const store = held[kind];
    const find = (id) => {
        const found = store.get(id);
        if (!found) throw new SCIMMY.Types.Error(404, null, `Resource ${id} not found`);
        return found;
    };
    SCIMMY.Resources.declare(SCIMMY.Resources[kind], {
        ingress: (resource, data) => {
            const id = resource.id ?? randomUUID();
            if (resource.id) find(id);
            const name = String(nameOf[kind](data)).toLowerCase();
            for (const other of store.values()) {
                if (other.id !== id && String(nameOf[kind](other)).toLowerCase() === name) {
                    throw new SCIMMY.Types.Error(409, "uniqueness", `${name} is taken`);
                }
            }
            const now = new Date().toISOString();
            const meta = { ...store.get(id)?.meta, lastModified: now };
            const kept = { ...JSON.parse(JSON.stringify(data)), id, meta: { created: now, ...meta } };
            store.set(id, kept);
            return structuredClone(kept);
        },
        egress: (resource) => {
            if (resource.id) return structuredClone(find(resource.id));
            const all = [...store.values()].map((each) => structuredClone(each));
            return resource.filter ? resource.filter.match(all) : all;
        },
        degress: (resource) => {
            find(resource.id);
            store.delete(resource.id);
        },
    });
}

SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);
declare("User");
declare("Group");

createInterface({ input: process.stdin })
    .once("line", (token) => {
        const app = express();
        app.get("/state/:kind", (request, response) => response.json([...held[request.params.kind].values()]));
        app.use("/scim/v2", new SCIMMYRouters({
            type: "bearer",
            handler: (request) => {
                if (request.header("Authorization") !== `Bearer ${token.trim()}`) throw new Error("Unknown token");
                return "rollcall";
            },
        }));
        const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
    })
    .on("close", () => process.exit(0));
