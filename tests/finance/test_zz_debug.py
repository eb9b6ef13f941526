import asyncio, pytest, pytest_asyncio, time, sys
from tests.runtime.conftest import world, World, KEEPER
from tests.finance.test_end_to_end import Desk, AT
pytestmark = pytest.mark.asyncio(loop_scope="module")
async def test_x(world: World):
    d=Desk(world)
    for i in range(40):
        t=time.time()
        a=await d.give(KEEPER,"grant-role","personnel",grant=f"G{i}",person=f"P0001{i:02}",role="CF",area="5301",starts_on="2016-05-01")
        e=a.json()["events"][0]
        try:
            await world.application.hosted["finance"].visibility.wait_for({e["stream"]: e["version"]}, 3)
        except Exception as x:
            for s in range(6):
                print(i, round(time.time()-t,2), [await h.counts() for h in world.application.hosted.values()])
                import json
                r=json.loads((await world.client.get("/readyz")).text)
                for v in r["services"].values():
                    for q in v["readers"]: print("   ", q["name"], q["state"], q["next"], q["source_size"], q["seconds_behind"], q["reason"])
                await asyncio.sleep(5)
            for task in asyncio.all_tasks():
                print(task.get_name(), task.get_stack(limit=3)[-1:] )
            raise
        print(i, round(time.time()-t,2), flush=True)
