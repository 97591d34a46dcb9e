wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"query":"women\'s summer dress","user_id":"u_17","k":12,"filters":{"color":["red","blue"],"price":{"min":10,"max":99.5}}}'
